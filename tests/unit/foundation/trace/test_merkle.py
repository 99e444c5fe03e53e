"""The tree is that of RFC 9162: compared with its recursive definition and with a root known to everybody."""

import importlib.util
from functools import cache
from hashlib import sha256

import pytest

from app.foundation.trace.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_ranges,
    cover,
    folded,
    inclusion_ranges,
    leaf_hash,
    needed,
    path_of,
    root_of,
)
from tests.databases import ROOT

CT_INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
"""The test tree of Certificate Transparency."""
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
MOST = 70


def verifier():
    """The stand-alone verifier, which shares no line with the application."""
    spec = importlib.util.spec_from_file_location("parkloop_verify", ROOT / "verify" / "parkloop_verify.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = verifier()


@cache
def mth(first: int, end: int) -> bytes:
    """MTH as RFC 9162, 2.1.1 defines it, over the leaves `leaf(first)` … `leaf(end - 1)`."""
    if end == first:
        return sha256(b"").digest()
    if end - first == 1:
        return sha256(b"\x00" + leaf(first)).digest()
    k = 1
    while k * 2 < end - first:
        k *= 2
    return sha256(b"\x01" + mth(first, first + k) + mth(first + k, end)).digest()


def leaf(number: int) -> bytes:
    return b"event %d" % number


@pytest.fixture(scope="module")
def grown():
    """A tree of `MOST` leaves: every stored hash, and the root at each size."""
    tree, hashes, roots = Frontier(), {}, [EMPTY_ROOT]
    for number in range(MOST):
        hashes[0, number] = leaf_hash(leaf(number))
        hashes |= {(level, index): node for level, index, node in tree.append(hashes[0, number])}
        roots.append(tree.root)
    return hashes, roots


def test_every_root_is_that_of_the_definition(grown):
    hashes, roots = grown

    for size in range(MOST + 1):
        assert roots[size] == mth(0, size)
        assert size == 0 or root_of(size, hashes) == mth(0, size)


def test_the_root_of_the_certificate_transparency_tree():
    tree = Frontier()
    for entry in CT_INPUTS:
        list(tree.append(leaf_hash(bytes.fromhex(entry))))

    assert tree.root.hex() == CT_ROOT


def test_a_tree_goes_on_from_its_stored_hashes(grown):
    hashes, roots = grown
    for size in range(MOST):
        tree = Frontier(size, {node: hashes[node] for node in cover(0, size)})
        list(tree.append(hashes[0, size]))
        assert tree.root == roots[size + 1]


def test_every_inclusion_proof_leads_to_the_root_and_no_other_does(grown):
    hashes, roots = grown
    for size in range(1, MOST + 1):
        for index in range(size):
            ranges = inclusion_ranges(index, size)
            path = path_of(ranges, hashes)
            assert path == [mth(first, end) for first, end in ranges]
            assert len(needed(ranges)) <= 2 * size.bit_length()
            assert VERIFIER.root_by_path(hashes[0, index], index, size, path) == roots[size]
            for wrong in {index ^ 1, (index + 2) % size} - {index}:
                if wrong < size:
                    assert VERIFIER.root_by_path(hashes[0, index], wrong, size, path) != roots[size]


def test_every_consistency_proof_joins_both_roots_and_no_others(grown):
    hashes, roots = grown
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            path = path_of(consistency_ranges(old, new), hashes)
            assert VERIFIER.is_consistent(old, roots[old], new, roots[new], path)
            assert not VERIFIER.is_consistent(old, roots[old - 1], new, roots[new], path)
            if old < new:
                assert not VERIFIER.is_consistent(old, roots[old], new, roots[new - 1], path)
                assert not VERIFIER.is_consistent(old, roots[old], new, roots[new], path[:-1])
                assert not VERIFIER.is_consistent(old, roots[old], new, roots[new], [*path, roots[1]])


def test_a_range_is_folded_from_its_complete_subtrees(grown):
    hashes, _ = grown
    for end in range(1, MOST):
        assert folded([hashes[node] for node in cover(0, end)]) == mth(0, end)
