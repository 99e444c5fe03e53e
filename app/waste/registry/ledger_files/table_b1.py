"""Reads the data rows of HJ 1259 table B.1 (产生环节) and names everything wrong in each at once."""

from app.waste.registry.ledger_files.ledger import GenerationRow
from app.waste.registry.ledger_files.row_judge import RowJudge, Verdict
from app.waste.registry.ledger_files.rows import Cell, Line
from app.waste.registry.ledger_files.vocabulary import Caution, Field


class GenerationReader(RowJudge):
    """Rows of table B.1: one container each."""

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
