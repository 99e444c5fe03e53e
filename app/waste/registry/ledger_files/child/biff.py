"""Which rows of an XLS workbook are hidden: the one thing calamine doesn't show that readers must be told.

[MS-CFB] is the compound file around, [MS-XLS] the records inside. A file that is odd here may still be read by
calamine; then nothing is known to be hidden.
"""

import struct
from collections.abc import Iterator
from typing import Final

_HEADER_SECTORS: Final = 109
"""Places in the header for the list of allocation sectors."""
_END: Final = 0xFFFFFFFA
"""Sector numbers from here on mean: no further sector."""
_STREAM_NAMES: Final = ("Workbook", "Book")
_BOUND_SHEET: Final = 0x0085
_ROW: Final = 0x0208
_END_OF_SHEET: Final = 0x000A
_ZERO_HEIGHT: Final = 0x0020


def hidden_rows(content: bytes) -> list[frozenset[int]]:
    """Numbers of the hidden rows of each sheet, in the order of the workbook; empty when the file is odd."""
    try:
        book = _workbook_stream(content)
        offsets = [
            struct.unpack_from("<I", data)[0] for kind, data in _records(book, 0) if kind == _BOUND_SHEET
        ]
        return [frozenset(_hidden_in_sheet(book, offset)) for offset in offsets]
    except (struct.error, IndexError, ValueError):
        return []


def _hidden_in_sheet(book: bytes, offset: int) -> Iterator[int]:
    for kind, data in _records(book, offset):
        if kind == _ROW:
            row, *_, flags = struct.unpack_from("<HHHHHHH", data)
            if flags & _ZERO_HEIGHT:
                yield row + 1


def _records(book: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream."""
    while offset + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, offset)
        yield kind, book[offset + 4 : offset + 4 + length]
        if kind == _END_OF_SHEET:
            return
        offset += 4 + length


def _workbook_stream(content: bytes) -> bytes:
    """The stream that holds the records; streams below 4 KiB, kept elsewhere, hold no ledger."""
    shift, directory = struct.unpack_from("<H", content, 30)[0], struct.unpack_from("<I", content, 48)[0]
    size = 1 << shift
    if size not in (512, 4096):
        raise ValueError("no sector size")
    table = _allocation_table(content, size)
    entries = _chain(content, size, table, directory)
    for start in range(0, len(entries), 128):
        entry = entries[start : start + 128]
        name_length = struct.unpack_from("<H", entry, 64)[0]
        if entry[: max(name_length - 2, 0)].decode("utf-16-le", "replace") in _STREAM_NAMES:
            first, length = struct.unpack_from("<II", entry, 116)
            return _chain(content, size, table, first)[:length]
    raise ValueError("no workbook")


def _allocation_table(content: bytes, size: int) -> tuple[int, ...]:
    sectors = list(struct.unpack_from(f"<{_HEADER_SECTORS}I", content, 76))
    further = struct.unpack_from("<I", content, 68)[0]
    while further < _END and len(sectors) * size < len(content):
        block = struct.unpack_from(f"<{size // 4}I", content, (further + 1) * size)
        sectors.extend(block[:-1])
        further = block[-1]
    table = b"".join(_sector(content, size, sector) for sector in sectors if sector < _END)
    return struct.unpack(f"<{len(table) // 4}I", table)


def _chain(content: bytes, size: int, table: tuple[int, ...], sector: int) -> bytes:
    parts = []
    while sector < _END:
        parts.append(_sector(content, size, sector))
        if len(parts) * size > len(content):
            raise ValueError("a ring of sectors")
        sector = table[sector]
    return b"".join(parts)


def _sector(content: bytes, size: int, sector: int) -> bytes:
    return content[(sector + 1) * size : (sector + 2) * size]
