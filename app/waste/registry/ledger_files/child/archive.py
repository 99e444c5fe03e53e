"""Looks into a ZIP archive before anything is unpacked: sizes, number of parts, passwords."""

import zipfile
from pathlib import Path
from typing import IO

from app.waste.registry.ledger_files.limits import (
    MAX_ARCHIVE_PARTS,
    MAX_PACKING_RATIO,
    MAX_UNPACKED_BYTES,
    SMALL_PART_BYTES,
)
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

ENCRYPTED_FLAG = 0x1


class Archive:
    """An archive that is safe to unpack part by part."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UnreadableFile(FileReason.DAMAGED) from error
        self._check()
        self._names = {name.lower(): name for name in self._zip.namelist()}

    def _check(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > MAX_ARCHIVE_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise UnreadableFile(FileReason.TOO_LARGE)
        for part in parts:
            if part.flag_bits & ENCRYPTED_FLAG:
                raise UnreadableFile(FileReason.ENCRYPTED)
            is_bomb = part.file_size > max(part.compress_size, 1) * MAX_PACKING_RATIO
            if is_bomb and part.file_size > SMALL_PART_BYTES:
                raise UnreadableFile(FileReason.TOO_LARGE)

    def has(self, name: str) -> bool:
        """Whether there is such a part, in any case of letters."""
        return name.lower() in self._names

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream.

        Raises:
            UnreadableFile: there is no such part.
        """
        try:
            return self._zip.open(self._names[name.lower()])
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise UnreadableFile(FileReason.DAMAGED) from error
