"""What a file is, by its content and never by its name."""

import codecs
import re
from enum import Enum, auto
from pathlib import PurePath
from typing import Final

from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS: Final = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"{\\rtf", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh",
    b"\xfd7zXZ", b"\x7fELF", b"MZ", b"SQLite format 3", b"II*\x00", b"MM\x00*", b"RIFF", b"OggS", b"ID3",
    b"MIME-Version:", b"%!PS", b"\x09\x08\x10\x00", b"\x09\x02", b"\x09\x04",
)  # fmt: skip
_MARKUP: Final = re.compile(
    rb"\s*(?:<\?xml|<!doctype|<html|<head|<body|<table|<meta|<script|<style|<svg|<!--|<workbook)",
    re.IGNORECASE,
)
_LEDGER_SUFFIXES: Final = frozenset(
    {".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".txt", ".tsv", ".tab", ".xltx", ".et"}
)
_UTF16_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BOMS: Final = (codecs.BOM_UTF8, *_UTF16_BOMS)
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
HEAD_BYTES: Final = 4_096


class FileKind(Enum):
    """How a file has to be opened."""

    ARCHIVE = auto()
    """A ZIP archive: perhaps XLSX, XLSM or ODS."""
    OLD_WORKBOOK = auto()
    """XLS in its compound file."""
    TEXT = auto()
    """Perhaps CSV."""


def kind_of_file(content: bytes, filename: str) -> FileKind:
    """How to open a file.

    Raises:
        UnreadableFile: empty, encrypted, or nothing a ledger could be.
    """
    head = content[:HEAD_BYTES]
    if not _without_bom(head).strip() and not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(FileReason.EMPTY)
    if head.startswith(_ZIP):
        return FileKind.ARCHIVE
    if head.startswith(_COMPOUND):
        return _compound_kind(content, filename)
    is_utf16 = head.startswith(_UTF16_BOMS) or looks_like_utf16(head)
    if not is_utf16 and (head.startswith(_OTHERS) or _MARKUP.match(_without_bom(head))):
        raise UnreadableFile(foreign(filename))
    if is_utf16 and _MARKUP.match(_without_bom(head).replace(b"\x00", b"")):
        raise UnreadableFile(foreign(filename))
    if not is_utf16 and _is_binary(head):
        named_as_ledger = PurePath(filename).suffix.lower() in _LEDGER_SUFFIXES
        raise UnreadableFile(FileReason.DAMAGED if named_as_ledger else FileReason.TYPE_UNSUPPORTED)
    return FileKind.TEXT


def _is_binary(head: bytes) -> bool:
    """A stray control character is a slip of some exporter; many, or a zero, are no text."""
    return b"\x00" in head or len(_CONTROLS.findall(head)) * 50 > len(head)


def foreign(filename: str) -> FileReason:
    """The verdict on another kind of file: under a ledger's name it pretends, under its own it is just no ledger."""
    pretends = PurePath(filename).suffix.lower() in _LEDGER_SUFFIXES
    return FileReason.TYPE_MISMATCH if pretends else FileReason.TYPE_UNSUPPORTED


def looks_like_utf16(head: bytes) -> bool:
    """Text of two bytes a character without a mark in front: every other byte of its ASCII part is zero."""
    return utf16_order(head) is not None


def utf16_order(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` for text without a mark, None for anything else."""
    if b"\x00" not in head or len(head) < 8:
        return None
    for order, offset in (("utf-16-le", 0), ("utf-16-be", 1)):
        separators = sum(
            head[i + offset : i + offset + 1] in b",;\t\r\n" and head[i + 1 - offset] == 0
            for i in range(0, len(head) - 1, 2)
        )
        if separators >= 4:
            try:
                text = head[: len(head) // 2 * 2].decode(order, errors="strict")
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return order
    return None


def _compound_kind(content: bytes, filename: str) -> FileKind:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFile(FileReason.ENCRYPTED)
    names = [f"{name}\x00".encode("utf-16-le") for name in ("Workbook", "Book")]
    if any(name in content for name in names):
        return FileKind.OLD_WORKBOOK
    others = [
        f"{name}\x00".encode("utf-16-le") for name in ("WordDocument", "PowerPoint Document", "VisioDocument")
    ]
    if any(name in content for name in others):
        raise UnreadableFile(foreign(filename))
    raise UnreadableFile(FileReason.DAMAGED)


def _without_bom(head: bytes) -> bytes:
    for bom in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :]
    return head
