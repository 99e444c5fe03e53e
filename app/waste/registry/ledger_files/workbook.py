"""Lines of a workbook, read by a process of its own (`child`) and handed over as they come."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from app.waste.registry.ledger_files.child.wire import unpack_line
from app.waste.registry.ledger_files.file_kinds import foreign
from app.waste.registry.ledger_files.limits import CHILD_WALL_SECONDS
from app.waste.registry.ledger_files.rows import Line
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

_CHILD: Final = "app.waste.registry.ledger_files.child"
_PROJECT: Final = Path(__file__).resolve().parents[4]
_TOO_LONG: Final = (-9, -24)
"""Ended by our timer (SIGKILL) or by its own limit of processor time (SIGXCPU)."""
_NO_WORKBOOK: Final = "no_workbook"


class WorkbookSheet:
    """One sheet of a workbook; its lines must be used up before the next sheet is asked for."""

    fixed_width = False

    def __init__(self, name: str, hidden: bool, starts_1904: bool, messages: "_Messages") -> None:
        self.name = name
        self.hidden = hidden
        self.starts_1904 = starts_1904
        self._messages = messages

    def lines(self) -> Iterator[Line]:
        """The lines that stand in the file."""
        while self._messages.head[0] == "lines":
            for line in self._messages.head[1]:
                yield unpack_line(line)
            self._messages.advance()


class _Messages:
    """What the child says, one message at a time."""

    def __init__(self, process: subprocess.Popen[str], filename: str) -> None:
        self._process = process
        self._filename = filename
        self.head: list[Any] = []
        self.advance()

    def advance(self) -> None:
        """Take the next message.

        Raises:
            UnreadableFile: the child says so, or ended without having said everything.
        """
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text.endswith("\n"):
            code = self._process.wait()
            raise UnreadableFile(FileReason.TOO_LARGE if code in _TOO_LONG else FileReason.DAMAGED)
        self.head = json.loads(text)
        if self.head[0] == "problem":
            reason = self.head[1]
            raise UnreadableFile(foreign(self._filename) if reason == _NO_WORKBOOK else FileReason(reason))


@contextmanager
def open_workbook(content: bytes, filename: str) -> Iterator[Iterator[WorkbookSheet]]:
    """The sheets of a workbook, in order.

    Raises:
        UnreadableFile: no workbook, or it can't be read whole within our limits.
    """
    # calamine tells a password from damage only under this name; our own readers go by content
    with tempfile.NamedTemporaryFile(prefix="ledger-", suffix=".xls") as file:
        file.write(content)
        file.flush()
        process = _start(Path(file.name))
        timer = threading.Timer(CHILD_WALL_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield _sheets(process, filename)
        finally:
            timer.cancel()
            process.kill()
            process.communicate()


def _start(path: Path) -> subprocess.Popen[str]:
    environment = {"PYTHONPATH": str(_PROJECT), "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(  # noqa: S603 - our own module, and a path we made
        [sys.executable, "-m", _CHILD, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="ascii",
        cwd=_PROJECT,
        env=environment,
    )


def _sheets(process: subprocess.Popen[str], filename: str) -> Iterator[WorkbookSheet]:
    messages = _Messages(process, filename)
    while messages.head[0] != "end":
        if messages.head[0] != "sheet":
            messages.advance()
            continue
        _, name, hidden, starts_1904 = messages.head
        messages.advance()
        yield WorkbookSheet(name, hidden, starts_1904, messages)
