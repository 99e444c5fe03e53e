"""The Merkle tree of RFC 9162 over leaves 0, 1, 2 …: pure functions, no database.

Complete subtrees are named (level, index): level 0 are the leaves, and (level, index) covers the leaves from
index·2^level on. Every other hash of the tree is folded from a few of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

Hash = bytes
Node = tuple[int, int]
"""Level and index of a complete subtree."""
Range = tuple[int, int]
"""First leaf, and the leaf after the last."""

EMPTY_ROOT: Hash = sha256(b"").digest()


def leaf_hash(entry: bytes) -> Hash:
    """SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def cover(first: int, end: int) -> list[Node]:
    """The complete subtrees of a range as it stands in some tree, left to right; one for a complete range."""
    nodes = []
    while first < end:
        level = (end - first).bit_length() - 1
        nodes.append((level, first >> level))
        first += 1 << level
    return nodes


def folded(hashes: Sequence[Hash]) -> Hash:
    """The root over subtrees that get smaller from left to right."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_of(size: int, hashes: Mapping[Node, Hash]) -> Hash:
    """The root of the first `size` leaves from the hashes of `cover(0, size)`."""
    return folded([hashes[node] for node in cover(0, size)])


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees beside the way from leaf `index` up to the root of `size` leaves (RFC 9162, 2.1.3.1)."""
    first, end, beside = 0, size, []
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((first, middle))
            first = middle
    return beside[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees that show a tree of `old` leaves to be the beginning of one of `new` (RFC 9162, 2.1.4.1)."""
    if old in (0, new):
        return []
    first, end, beside, is_known = 0, new, list[Range](), True
    while end != old:
        middle = first + _split(end - first)
        if old <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((first, middle))
            first, is_known = middle, False
    if not is_known:
        beside.append((first, end))
    return beside[::-1]


def needed(ranges: Iterable[Range]) -> list[Node]:
    """All complete subtrees that some ranges are folded from."""
    return [node for first, end in ranges for node in cover(first, end)]


def path_of(ranges: Iterable[Range], hashes: Mapping[Node, Hash]) -> list[Hash]:
    """The hash of each range."""
    return [folded([hashes[node] for node in cover(first, end)]) for first, end in ranges]


class Frontier:
    """The right edge of a growing tree: gives each subtree that a new leaf completes."""

    def __init__(self, size: int = 0, hashes: Mapping[Node, Hash] | None = None) -> None:
        """`hashes` holds those of `cover(0, size)`."""
        self.size = size
        self._edge = [(level, (hashes or {})[level, index]) for level, index in cover(0, size)]

    def append(self, leaf: Hash) -> Iterator[tuple[int, int, Hash]]:
        """Add a leaf; gives level, index and hash of the subtrees above it that are complete now."""
        completed, level, index = leaf, 0, self.size
        while self._edge and self._edge[-1][0] == level:
            completed = node_hash(self._edge.pop()[1], completed)
            level, index = level + 1, index >> 1
            yield level, index, completed
        self._edge.append((level, completed))
        self.size += 1

    @property
    def root(self) -> Hash:
        return folded([edge for _, edge in self._edge])


def _split(count: int) -> int:
    """The largest power of two below a number of leaves."""
    return 1 << ((count - 1).bit_length() - 1)
