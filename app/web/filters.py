"""Numbers, units, times and texts in templates: the only way a page prints any of them (ux.md 4.2)."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_time
from flask import Flask, current_app, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from app.entry.language import MINUS, day_text, rendered, spoken_language
from app.foundation.core import clock
from app.foundation.core.text import Text
from app.foundation.core.units import GRAMS_PER_KG, GRAMS_PER_TONNE
from app.web import assets
from app.web.findings import condition_lines
from app.web.states import state_look

UNKNOWN = "—"


def _number(value: Decimal, places: int, signed: bool) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{places}f}"
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def _with_unit(number: str, unit: str, plain: bool) -> str:
    if plain:
        return f"{number}\N{NO-BREAK SPACE}{unit}"
    return Markup('<span class="num">{}<span class="unit">{}</span></span>').format(number, unit)


def kg(
    grams: int | None, places: int = 1, *, unit: bool = True, signed: bool = False, plain: bool = False
) -> str:
    """Grams as kilograms, rounded half up to one decimal; `plain` for titles and attributes."""
    if grams is None:
        return UNKNOWN
    number = _number(Decimal(grams) / GRAMS_PER_KG, places, signed)
    return _with_unit(number, "kg", plain) if unit else number


def tonnes(
    grams: int | None, places: int = 4, *, unit: bool = True, signed: bool = False, plain: bool = False
) -> str:
    """Grams as tonnes, rounded half up to four decimals; `plain` for titles and attributes."""
    if grams is None:
        return UNKNOWN
    number = _number(Decimal(grams) / GRAMS_PER_TONNE, places, signed)
    return _with_unit(number, "t", plain) if unit else number


def percent(value: Decimal | int | str | None, places: int = 1, *, signed: bool = False) -> str:
    """A value in per cent with one decimal; unknown is a dash, never zero."""
    return UNKNOWN if value is None else f"{_number(Decimal(value), places, signed)}%"


def count(value: int | None) -> str:
    """A whole number with thousands separators."""
    return UNKNOWN if value is None else _number(Decimal(value), 0, signed=False)


def local_day(value: date | datetime | None) -> str:
    """The calendar day in the park's zone: `2026-11-20`, in English `20 Nov 2026`."""
    if value is None:
        return UNKNOWN
    day = clock.local_day(value) if isinstance(value, datetime) else value
    return day_text(day)


def local_time(value: datetime | None, *, relative: bool = True, now: datetime | None = None) -> str:
    """An instant on the wall clock of the park; 今天 and 昨天 within 48 hours unless `relative` is off."""
    if value is None:
        return UNKNOWN
    wall = clock.local_time(value)
    hour = format_time(wall.timetz(), "HH:mm", locale=spoken_language())
    today = clock.local_day(now or clock.utc_now())
    if relative and wall.date() == today:
        return str(gettext("今天 %(time)s", time=hour))
    if relative and wall.date() == today - timedelta(days=1):
        return str(gettext("昨天 %(time)s", time=hour))
    separator = ", " if spoken_language() == "en" else " "
    return local_day(wall.date()) + separator + hour


def days_until(day: date, now: datetime | None = None) -> int:
    """Whole days from today in the park's zone to `day`; negative when it is past."""
    return (day - clock.local_day(now or clock.utc_now())).days


def days_left(day: date | None, now: datetime | None = None) -> str:
    """剩 18 天, 今天到期 or 已超 3 天."""
    if day is None:
        return UNKNOWN
    left = days_until(day, now)
    if left == 0:
        return str(gettext("今天到期"))
    if left < 0:
        return str(ngettext("已超 %(num)d 天", "已超 %(num)d 天", -left))
    return str(ngettext("剩 %(num)d 天", "剩 %(num)d 天", left))


def time_left(until: datetime | None, now: datetime | None = None) -> str:
    """Time until an instant in the two largest units that matter: 6 天, 3 小时 40 分, 48 分; past is 已到."""
    if until is None:
        return UNKNOWN
    minutes = int((until - (now or clock.utc_now())).total_seconds()) // 60
    if minutes < 0:
        return str(gettext("已到"))
    if minutes >= 24 * 60:
        days = minutes // (24 * 60)
        return str(ngettext("%(num)d 天", "%(num)d 天", days))
    hours, rest = divmod(minutes, 60)
    if hours:
        return str(gettext("%(hours)d 小时 %(minutes)d 分", hours=hours, minutes=rest))
    return str(ngettext("%(num)d 分", "%(num)d 分", rest))


def translated(text: Text | str | None) -> str:
    """A room's `Text` in the reader's language; plain strings (names, user text) stay as they are."""
    return "" if text is None else rendered(text)


def url_if(endpoint: str, **values: object) -> str | None:
    """The address of a view, or None when this application does not have it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]


def register(app: Flask) -> None:
    """Give templates our filters and globals, icons and asset addresses."""
    app.jinja_env.filters.update(
        kg=kg,
        tonnes=tonnes,
        percent=percent,
        count_text=count,
        local_day=local_day,
        local_time=local_time,
        days_left=days_left,
        time_left=time_left,
        t=translated,
        condition_lines=condition_lines,
    )
    app.jinja_env.globals.update(
        state_look=state_look,
        url_if=url_if,
        days_until=days_until,
        language=spoken_language,
        now=clock.utc_now,
    )
    app.jinja_env.add_extension("jinja2.ext.do")
    assets.register(app)
