"""Entry of the process that opens one workbook."""

import json
import resource
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from app.waste.registry.ledger_files.child.archive import Archive
from app.waste.registry.ledger_files.child.ods import OdsSheet, is_ods, read_ods
from app.waste.registry.ledger_files.child.wire import LINES_PER_MESSAGE, pack_line
from app.waste.registry.ledger_files.child.xlsx import XlsxWorkbook, workbook_part
from app.waste.registry.ledger_files.limits import (
    CHILD_CPU_SECONDS,
    CHILD_MEMORY_BYTES,
    MAX_LINES_ABOVE_TABLE,
)
from app.waste.registry.ledger_files.rows import Line
from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

NO_WORKBOOK = "no_workbook"
"""Said of an archive that holds something else; the caller knows under which name it came."""

Message = list[Any]


class NoWorkbook(Exception):
    """An archive of something else."""


def messages(path: Path) -> Iterator[Message]:
    """Everything there is to say about a workbook (see `wire`)."""
    with path.open("rb") as file:
        is_archive = file.read(2) == b"PK"
    if not is_archive:
        yield from _old_workbook(path)
        return
    archive = Archive(path)
    if part := workbook_part(archive):
        yield from _xlsx(XlsxWorkbook(archive, part))
    elif is_ods(archive):
        yield from _ods(archive)
    else:
        raise NoWorkbook


def _xlsx(workbook: XlsxWorkbook) -> Iterator[Message]:
    for sheet in workbook.sheets:
        yield ["sheet", sheet.name, sheet.hidden, workbook.starts_1904]
        yield from _lines(workbook.lines(sheet), sheet.hidden)


def _old_workbook(path: Path) -> Iterator[Message]:
    from app.waste.registry.ledger_files.child.xls import XlsWorkbook  # its library is loaded for XLS only

    workbook = XlsWorkbook(path)
    for name, hidden in workbook.sheets:
        yield ["sheet", name, hidden, False]
        yield from _lines(workbook.lines(name), hidden)


def _ods(archive: Archive) -> Iterator[Message]:
    waiting: list[Message] = []
    hidden = False
    shown = 0
    for found in read_ods(archive):
        if isinstance(found, OdsSheet):
            yield ["lines", waiting]
            waiting, hidden, shown = [], found.hidden, 0
            yield ["sheet", found.name, hidden, False]
        elif not hidden or shown <= MAX_LINES_ABOVE_TABLE:
            shown += 1
            waiting.append(pack_line(found))
            if len(waiting) >= LINES_PER_MESSAGE:
                yield ["lines", waiting]
                waiting = []
    yield ["lines", waiting]


def _lines(lines: Iterable[Line], hidden: bool) -> Iterator[Message]:
    """Hidden sheets are only looked at: their first lines tell which table they hold."""
    remaining = islice(lines, MAX_LINES_ABOVE_TABLE) if hidden else iter(lines)
    while batch := [pack_line(line) for line in islice(remaining, LINES_PER_MESSAGE)]:
        yield ["lines", batch]


def main(path: Path) -> int:
    """Write all messages; a problem or the end is the last."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_CPU_SECONDS, CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    write = sys.stdout.write
    try:
        for message in messages(path):
            write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")
    except NoWorkbook:
        write(json.dumps(["problem", NO_WORKBOOK]) + "\n")
    except UnreadableFile as error:
        write(json.dumps(["problem", error.reason]) + "\n")
    except MemoryError:
        write(json.dumps(["problem", FileReason.TOO_LARGE]) + "\n")
    else:
        write('["end"]\n')
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
