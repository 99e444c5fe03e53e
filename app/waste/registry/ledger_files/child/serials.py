"""Day numbers of spreadsheets as dates, in both date systems."""

from datetime import timedelta
from typing import Final

from app.waste.registry.ledger_files.dates import EPOCH_1900, EPOCH_1904, read_iso
from app.waste.registry.ledger_files.rows import Cell, DateCell

EPOCHS: Final = {False: EPOCH_1900, True: EPOCH_1904}
LAST_SERIAL: Final = 2_958_465
"""9999-12-31 in the 1900 system."""


def iso_date_cell(text: str) -> Cell:
    """The cell of a date written as ISO 8601 without a zone; any other text stays one."""
    moment = read_iso(text.strip().replace("T", " ").split(".")[0])
    return DateCell(moment) if moment is not None else text


def date_cell(serial: int | float, starts_1904: bool) -> Cell:
    """The cell of a number shown as a date: rounded to seconds; a time without a day is a text."""
    if not 0 <= serial <= LAST_SERIAL - 1_462:
        return serial
    moment = EPOCHS[starts_1904] + timedelta(seconds=round(serial * 86_400))
    return f"{moment:%H:%M}" if serial < 1 else DateCell(moment)
