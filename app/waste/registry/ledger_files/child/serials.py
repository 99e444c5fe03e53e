"""Day numbers of spreadsheets as dates, in both date systems."""

from datetime import datetime, timedelta
from typing import Final

from app.waste.registry.ledger_files.rows import Cell, DateCell

EPOCHS: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - days without a zone
LAST_SERIAL: Final = 2_958_465
"""9999-12-31 in the 1900 system."""


def date_cell(serial: int | float, starts_1904: bool) -> Cell:
    """The cell of a number shown as a date: rounded to seconds; a time without a day is a text."""
    if not 0 <= serial <= LAST_SERIAL - 1_462:
        return serial
    moment = EPOCHS[starts_1904] + timedelta(seconds=round(serial * 86_400))
    return f"{moment:%H:%M}" if serial < 1 else DateCell(moment)
