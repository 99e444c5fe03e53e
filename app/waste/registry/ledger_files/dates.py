"""Days as ledgers write them: year first, eight digits, date cells, serial numbers, days without a year."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from app.waste.registry.ledger_files.periods import Period, digits_for_numerals
from app.waste.registry.ledger_files.rows import Cell, DateCell, FormattedNumber, FormulaWithoutResult
from app.waste.registry.ledger_files.texts import narrow_spaced
from app.waste.registry.ledger_files.vocabulary import Caution, Reason

EPOCH_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day has no zone
EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2099
YEARS_BACK: Final = 5
"""How old a day with a two-digit year may be when no title says the year."""

_SEPARATED: Final = r"\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*[日号]|(?!\d))"
_FULL: Final = re.compile(rf"(\d{{4}}){_SEPARATED}")
_EIGHT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_FOURTEEN: Final = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})?")
_TWO_DIGIT: Final = re.compile(rf"(\d{{2}}){_SEPARATED}(?![/.年月-])")
_NO_YEAR: Final = re.compile(r"(\d{1,2})\s*([-/.月])\s*(\d{1,2})(?:\s*[日号]|(?!\d))(?![/.年月-])")
_TIME: Final = re.compile(
    r"[T ,]?\s*(上午|下午|凌晨|早上|晚上|中午|AM|PM)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})?"
    r"(?:\s*[:分]\s*(\d{1,2})?(?:[.,]\d{1,9})?)?\s*秒?\s*(AM|PM)?",
    re.IGNORECASE,
)
_ZONE: Final = re.compile(r"\(?(?:Z|(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?|UTC|GMT)\)?", re.IGNORECASE)
_IGNORED: Final = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|\(?北京时间\)?")
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?")
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
_AFTERNOON: Final = ("下午", "晚上", "PM")
_MORNING: Final = ("上午", "凌晨", "早上", "AM")


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day and, where written, a time of day, both local; or why there is none."""

    day: date | None = None
    clock: time | None = None
    reason: Reason | None = None
    cautions: tuple[Caution, ...] = ()


INVALID: Final = DateReading(reason=Reason.DATE_INVALID)


@dataclass(frozen=True)
class DateReader:
    """Reads the dates of one sheet."""

    today: date
    zone: ZoneInfo
    period: Period | None
    starts_1904: bool

    def read(self, cell: Cell) -> DateReading:
        """The day of one cell; what could mean two days is `date_invalid`. Not for empty cells."""
        match cell:
            case str():
                return self._checked(self._from_text(cell))
            case DateCell(moment):
                clock = moment.time() if moment.time() != time.min else None
                return self._checked(DateReading(moment.date(), clock))
            case FormulaWithoutResult():
                return DateReading(reason=Reason.FORMULA_NO_VALUE)
            case int() | float():
                return self._checked(self._from_number(cell))
            case FormattedNumber(value, _):
                return self._checked(self._from_number(value))
            case _:
                return INVALID

    def _checked(self, reading: DateReading) -> DateReading:
        if reading.day is None:
            return reading
        if reading.day > self.today:
            return DateReading(reading.day, reading.clock, Reason.DATE_FUTURE)
        if reading.day.year < FIRST_YEAR:
            return INVALID
        if self.period is not None and not self.period.first <= reading.day <= self.period.last:
            cautions = (*reading.cautions, Caution.DATE_OUTSIDE_PERIOD)
            return DateReading(reading.day, reading.clock, None, cautions)
        return reading

    def _from_number(self, number: int | float) -> DateReading:
        if 19_000_101 <= number <= 20_991_231 and number == int(number):
            return self._from_text(str(int(number)))
        return self._from_serial(number)

    def _from_serial(self, serial: float) -> DateReading:
        epoch = EPOCH_1904 if self.starts_1904 else EPOCH_1900
        if not 1 <= serial < 100_000:
            return INVALID
        moment = epoch + timedelta(seconds=round(serial * 86_400))
        if not 2000 <= moment.year <= LAST_YEAR:
            return INVALID
        clock = moment.time() if moment.time() != time.min else None
        return DateReading(moment.date(), clock, None, (Caution.DATE_SERIAL,))

    def _from_text(self, cell: str) -> DateReading:
        text = cell.strip()
        if _ISO.fullmatch(text):
            moment = read_iso(text)
            if moment is None:
                return INVALID
            return DateReading(moment.date(), moment.time() if len(text) > 10 else None)
        text = narrow_spaced(digits_for_numerals(text)).lstrip("'")
        text = " ".join(_IGNORED.sub(" ", text).split())
        if _SERIAL.fullmatch(text):
            return self._from_serial(float(text))
        for pattern, read in (
            (_FULL, self._full),
            (_EIGHT, self._full),
            (_TWO_DIGIT, self._two_digit_year),
            (_NO_YEAR, self._without_year),
        ):
            if match := pattern.match(text):
                return self._with_clock(read(match), text[match.end() :])
        if match := _FOURTEEN.fullmatch(text):
            return self._from_text(f"{match[1]} {match[2]}:{match[3]}")
        return INVALID

    def _with_clock(self, reading: DateReading, rest: str) -> DateReading:
        if reading.day is None or not rest.strip():
            return reading
        match = _TIME.match(rest)
        clock = clock_of(match) if match else None
        if match is None or clock is None:
            return INVALID
        zone_text = rest[match.end() :].strip()
        if not zone_text:
            return DateReading(reading.day, clock, None, reading.cautions)
        zone = _zone_of(zone_text)
        if zone is None:
            return INVALID
        local = datetime.combine(reading.day, clock, zone).astimezone(self.zone)
        return DateReading(local.date(), local.time(), None, reading.cautions)

    def _full(self, match: re.Match[str]) -> DateReading:
        return DateReading(day) if (day := _day(match[1], match[2], match[3])) else INVALID

    def _two_digit_year(self, match: re.Match[str]) -> DateReading:
        first, middle, last = match[1], match[2], match[3]
        if "年" in match[0]:
            days = {_day(f"20{first}", middle, last)}
        elif len(last) == 1:
            days = {self._plausible(_day(f"20{first}", middle, last))}
        else:
            days = {
                self._plausible(_day(f"20{first}", middle, last)),
                self._plausible(_day(f"20{last}", middle, first)),
                self._plausible(_day(f"20{last}", first, middle)),
            } - {None}
        day = days.pop() if len(days) == 1 else None
        if day is None or day != _day(f"20{first}", middle, last):
            return INVALID
        return DateReading(day, None, None, (Caution.DATE_TWO_DIGIT_YEAR,))

    def _plausible(self, day: date | None) -> date | None:
        if day is None:
            return None
        if self.period is not None:
            return day if self.period.first.year <= day.year <= self.period.last.year else None
        return day if self.today.year - YEARS_BACK <= day.year <= self.today.year else None

    def _without_year(self, match: re.Match[str]) -> DateReading:
        if self.period is None:
            return INVALID
        day = self._in_title_year(match[1], match[3])
        if day is None:
            return INVALID
        turned = None if match[2] == "月" else self._in_title_year(match[3], match[1])
        if turned not in (None, day) and not (self._in_period(day) and not self._in_period(turned)):
            return INVALID
        return DateReading(day, None, None, (Caution.DATE_YEAR_FROM_TITLE,))

    def _in_title_year(self, month: str, day_of_month: str) -> date | None:
        assert self.period is not None
        years = range(self.period.first.year, self.period.last.year + 1)
        days = [day for year in years if (day := _day(str(year), month, day_of_month))]
        inside = [day for day in days if self._in_period(day)]
        found = inside if len(days) > 1 else days
        return found[0] if len(found) == 1 else None

    def _in_period(self, day: date | None) -> bool:
        assert self.period is not None
        return day is not None and self.period.first <= day <= self.period.last


def read_clock(cell: Cell) -> time | None:
    """A time of day that stands in a column of its own; None when it is no time."""
    if isinstance(cell, DateCell):
        return cell.moment.time()
    if isinstance(cell, int | float) and 0 <= cell < 1:
        return (EPOCH_1900 + timedelta(seconds=round(cell * 86_400))).time()
    if not isinstance(cell, str):
        return None
    match = _TIME.fullmatch(narrow_spaced(cell))
    return clock_of(match) if match else None


def clock_of(match: re.Match[str]) -> time | None:
    """The time a `_TIME` match means; None for 25:70."""
    half, hours, minutes, seconds, half_behind = match.groups()
    hour = int(hours)
    half = (half or half_behind or "").upper()
    if half in _AFTERNOON and hour < 12:
        hour += 12
    if half in _MORNING and hour == 12:
        hour = 0
    try:
        return time(hour, int(minutes or 0), int(seconds or 0))
    except ValueError:
        return None


def read_iso(text: str) -> datetime | None:
    """`2026-10-01` or `2026-10-01 08:30:00`; None when there is no such moment."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _zone_of(text: str) -> timezone | None:
    match = _ZONE.fullmatch(text.replace(" ", ""))
    if match is None:
        return None
    if match[1] is None:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset > timedelta(hours=14):
        return None
    return timezone(-offset if match[1] == "-" else offset)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
