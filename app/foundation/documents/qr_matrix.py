"""QR modules from text, five times as fast as the qrcode package, whose knowledge it uses.

The package knows the standard (ISO/IEC 18004): how text is cut into segments, which version holds it, how
code words form blocks, where each bit stands. Asked once per version, its answers are kept as tables here; a code is then a
few lookups. Tests hold both equal, module by module.
"""

from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from operator import itemgetter

from qrcode import QRCode, base, util

MASK = 3
"""One fixed mask: choosing the best costs most of the time and scans no better (measured)."""

_PADS = (0xEC, 0x11)
_ALPHANUMERIC = {character: value for value, character in enumerate(util.ALPHA_NUM)}


def qr_modules(text: str, level: int) -> tuple[int, bytes]:
    """Modules along a side, and all modules row by row as bytes 0 (light) and 1 (dark).

    `level` is one of the qrcode package's error correction constants.

    Raises:
        ValueError: the text is too long for any QR code.
    """
    segments = util.optimal_data_chunks(text.encode(), minimum=20)
    bits, version = _fitting(list(segments), level)
    words = _interleaved(_padded(bits, version, level), version, level)
    placed, frame = _places(version, level)
    data = format(int.from_bytes(words), f"0{8 * len(words)}b").encode() + b"0"
    side = version * 4 + 17
    dark = int.from_bytes(bytes(placed(data))) ^ frame
    return side, (dark & _ones(side)).to_bytes(side * side)


@cache
def _ones(side: int) -> int:
    """Lowest bit of every module: takes the digits "0" and "1" down to 0 and 1."""
    return int.from_bytes(b"\x01" * (side * side))


def _fitting(segments: list[util.QRData], level: int) -> tuple[str, int]:
    """All segments as one string of bits, and the smallest version that holds them."""
    for start in (1, 10, 27):  # the length of a segment takes more bits from these versions on
        bits = "".join(_segment_bits(segment, start) for segment in segments)
        limits = util.BIT_LIMIT_TABLE[level]
        end = {1: 9, 10: 26, 27: 40}[start]
        for version in range(start, end + 1):
            if len(bits) <= limits[version]:
                return bits, version
    raise ValueError("text too long for a QR code")


def _segment_bits(segment: util.QRData, version: int) -> str:
    data: bytes = segment.data
    length = util.length_in_bits(segment.mode, version)
    head = f"{segment.mode:04b}{len(data):0{length}b}"
    if segment.mode == util.MODE_NUMBER:
        return head + "".join(_number_bits(data[at : at + 3]) for at in range(0, len(data), 3))
    if segment.mode == util.MODE_ALPHA_NUM:
        return head + "".join(_alphanumeric_bits(data[at : at + 2]) for at in range(0, len(data), 2))
    return head + format(int.from_bytes(data), f"0{8 * len(data)}b")


@cache
def _number_bits(digits: bytes) -> str:
    return f"{int(digits):0{util.NUMBER_LENGTH[len(digits)]}b}"


@cache
def _alphanumeric_bits(pair: bytes) -> str:
    if len(pair) == 1:
        return f"{_ALPHANUMERIC[pair[0]]:06b}"
    return f"{_ALPHANUMERIC[pair[0]] * 45 + _ALPHANUMERIC[pair[1]]:011b}"


def _padded(bits: str, version: int, level: int) -> bytes:
    """Data code words: terminator, zeros up to a whole byte, then the two pad bytes in turn."""
    limit = util.BIT_LIMIT_TABLE[level][version]
    bits += "0" * min(4, limit - len(bits))
    bits += "0" * (-len(bits) % 8)
    missing = (limit - len(bits)) // 8
    pads = bytes(_PADS[number % 2] for number in range(missing))
    return int(bits, 2).to_bytes(len(bits) // 8) + pads


def _interleaved(words: bytes, version: int, level: int) -> bytes:
    """Data and error correction words of all blocks, in the order of the symbol."""
    data: list[bytes] = []
    correction: list[bytes] = []
    at = 0
    for block in base.rs_blocks(version, level):
        part = words[at : at + block.data_count]
        at += block.data_count
        data.append(part)
        correction.append(_correction(part, block.total_count - block.data_count))
    columns = [*zip_longest(*data), *zip_longest(*correction)]
    return bytes([word for column in columns for word in column if word is not None])


def _correction(words: bytes, count: int) -> bytes:
    """Reed-Solomon words of one block: the remainder by the generator, one table lookup a byte."""
    multiples = _generator_multiples(count)
    top = 8 * (count - 1)
    below = (1 << top) - 1
    remainder = 0
    for word in words:
        remainder = ((remainder & below) << 8) ^ multiples[word ^ (remainder >> top)]
    return remainder.to_bytes(count)


@cache
def _generator_multiples(count: int) -> list[int]:
    """The generator polynomial of degree `count`, without its first term, times every byte."""
    generator = base.Polynomial([1], 0)
    for power in range(count):
        generator = generator * base.Polynomial([1, base.gexp(power)], 0)
    terms = list(generator)[1:]
    return [0] + [
        int.from_bytes(bytes(base.gexp(base.glog(term) + base.glog(word)) for term in terms))
        for word in range(1, 256)
    ]


@cache
def _places(version: int, level: int) -> tuple[Callable[[bytes], tuple[int, ...]], int]:
    """Where each data bit stands, and what stands there for bits that are all 0.

    Learned from the package: for every power of two it draws the code whose data bits are that digit of their own
    numbers; what each module then shows, read over all drawings, is the number of its bit.
    """
    count = sum(block.total_count for block in base.rs_blocks(version, level))
    frame = _drawn(version, level, bytes(count))
    is_data = [a != b for a, b in zip(frame, _drawn(version, level, b"\xff" * count), strict=True)]
    numbers = [0] * len(frame)
    for power in range((8 * count).bit_length()):
        digits = "".join(str(number >> power & 1) for number in range(8 * count))
        shown = _drawn(version, level, int(digits, 2).to_bytes(count))
        for at, (light, now) in enumerate(zip(frame, shown, strict=True)):
            numbers[at] |= (light ^ now) << power
    order = [number if used else 8 * count for number, used in zip(numbers, is_data, strict=True)]
    return itemgetter(*order), int.from_bytes(bytes(frame))


def _drawn(version: int, level: int, words: bytes) -> list[int]:
    """All modules of the package's code with these code words."""
    code = QRCode(version=version, error_correction=level, mask_pattern=MASK, border=0)
    code.data_cache = list(words)
    code.makeImpl(False, MASK)
    return [int(bool(dark)) for line in code.modules for dark in line]
