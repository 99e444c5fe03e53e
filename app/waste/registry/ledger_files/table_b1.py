"""Reads the data rows of HJ 1259 table B.1 (产生环节) and names everything wrong in each at once."""

from app.waste.registry.ledger_files.alike import RowsAlike
from app.waste.registry.ledger_files.headers import Header
from app.waste.registry.ledger_files.ledger import LedgerContext
from app.waste.registry.ledger_files.ledger_rows import GenerationRow
from app.waste.registry.ledger_files.lines import Preamble
from app.waste.registry.ledger_files.row_judge import RowJudge, Verdict
from app.waste.registry.ledger_files.rows import Cell, Line, Sheet
from app.waste.registry.ledger_files.vocabulary import Caution, Field


class GenerationReader(RowJudge):
    """Rows of table B.1: one container each."""

    def __init__(self, sheet: Sheet, header: Header, preamble: Preamble, context: LedgerContext) -> None:
        super().__init__(sheet, header, preamble, context)
        self._alike = RowsAlike(header, sheet.name, fixed_width=sheet.fixed_width)

    def read_like_before(self, line: Line) -> tuple[GenerationRow, int] | None:
        """A right row that says what an earlier one said, and the grams of its unit; None: judge it by itself."""
        return self._alike.find(line)

    def read(self, line: Line) -> Verdict:
        """As of every table; a right row without cautions stands for those like it."""
        verdict = super().read(line)
        if isinstance(verdict.row, GenerationRow) and not verdict.cautions:
            self._alike.remember(line, verdict.row, verdict.unit)
        return verdict

    def _judge(self, line: Line, cells: dict[Field, Cell], verdict: Verdict) -> None:
        batch_no, batch_day = self._batch(cells, verdict)
        day, clock = self._event(cells, verdict)
        local_name = self._text(cells, Field.LOCAL_NAME, self._names, verdict)
        waste_name = self._text(cells, Field.WASTE_NAME, self._names, verdict)
        code, category = self._waste(cells, day, verdict)
        grams = self._mass(cells, verdict)
        container, container_day = self._container(cells, code, verdict)
        kind = self._text(cells, Field.CONTAINER_KIND, self._kinds, verdict)
        count = self._count(cells, verdict)
        facility = self._text(cells, Field.SOURCE_FACILITY, self._facilities, verdict)
        operator = self._text(cells, Field.PRODUCER_OPERATOR, self._names, verdict)
        destination = self._text(cells, Field.DESTINATION, self._facilities, verdict)
        if verdict.problems or day is None or grams is None:
            return
        if batch_day != day:
            verdict.warn(Field.BATCH_NO, Caution.BATCH_DATE_DIFFERS)
        if container_day != day:
            verdict.warn(Field.CONTAINER_CODE, Caution.CONTAINER_DATE_DIFFERS)
        verdict.row = GenerationRow(
            self._sheet.name, line.number, batch_no, day, clock, local_name, waste_name, category, code, grams,
            container, kind, count, facility, operator, destination,
        )  # fmt: skip
