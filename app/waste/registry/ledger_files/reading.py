"""Reads a whole ledger file: the one way in (`read_ledger`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.waste.registry.ledger_files.csv_rows import CsvSheet
from app.waste.registry.ledger_files.duplicates import Duplicates
from app.waste.registry.ledger_files.file_kinds import FileKind, kind_of_file
from app.waste.registry.ledger_files.findings import Findings
from app.waste.registry.ledger_files.ledger import (
    FileProblem,
    LedgerContext,
    LedgerReading,
    SheetSummary,
)
from app.waste.registry.ledger_files.limits import MAX_FILE_BYTES
from app.waste.registry.ledger_files.rows import Sheet
from app.waste.registry.ledger_files.settling import Settling
from app.waste.registry.ledger_files.sheets import read_sheet
from app.waste.registry.ledger_files.vocabulary import Caution, FileReason, UnreadableFile
from app.waste.registry.ledger_files.workbook import open_workbook


def read_ledger(content: bytes | Path, filename: str, context: LedgerContext) -> LedgerReading:
    """The verdict on a ledger file, on every table in it and on each of its lines.

    Never raises for a bad file: what can't be read whole is refused whole, as `file_problems`.

    Args:
        content: the file, or where it lies.
        filename: as uploaded; only used to tell a file of another kind from one that pretends.
    """
    try:
        data = _content(content)
        findings = Findings(Duplicates(context.known_containers), Settling(context), context.on_lines)
        with _sheets_of(data, filename) as sheets:
            summaries = tuple(_read_sheet(sheet, findings, context) for sheet in sheets)
        return _reading(summaries, findings)
    except UnreadableFile as error:
        return LedgerReading(file_problems=(FileProblem(error.reason),))


def _content(content: bytes | Path) -> bytes:
    size = content.stat().st_size if isinstance(content, Path) else len(content)
    if size > MAX_FILE_BYTES:
        raise UnreadableFile(FileReason.TOO_LARGE)
    return content.read_bytes() if isinstance(content, Path) else content


@contextmanager
def _sheets_of(content: bytes, filename: str) -> Iterator[Iterator[Sheet]]:
    if kind_of_file(content, filename) is FileKind.TEXT:
        yield iter([CsvSheet(content)])
        return
    with open_workbook(content, filename) as sheets:
        yield sheets


def _read_sheet(sheet: Sheet, findings: Findings, context: LedgerContext) -> SheetSummary:
    summary = read_sheet(sheet, findings, context)
    if sheet.hidden:
        findings.warn(sheet.name, None, None, Caution.SHEET_HIDDEN)
    elif not summary.read and sheet.name:
        findings.warn(sheet.name, None, None, Caution.SHEET_IGNORED)
    return summary


def _reading(summaries: tuple[SheetSummary, ...], findings: Findings) -> LedgerReading:
    problem = None
    if not any(summary.read for summary in summaries):
        problem = FileReason.NO_TABLE
    elif not any(summary.data_rows for summary in summaries):
        problem = FileReason.NO_ROWS
    findings.finish()
    return LedgerReading(
        file_problems=(FileProblem(problem),) if problem else (),
        sheets=summaries,
        accepted=tuple(findings.accepted),
        refused=tuple(findings.refused),
        warnings=tuple(findings.warnings),
        skipped=tuple(findings.skipped),
    )
