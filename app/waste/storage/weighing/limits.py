"""How fresh a reading must be and how long a registration may be taken back: `data/weighing.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent.parent / "data" / "weighing.toml"


@dataclass(frozen=True)
class Limits:
    fresh: timedelta
    late: timedelta
    ahead: timedelta
    usable: timedelta
    kept: timedelta
    undo: timedelta
    """As the page promises."""
    undo_grace: timedelta
    """What the way through a network may take besides."""


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The settings as shipped."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    readings, undoing = data["readings"], data["undoing"]
    return Limits(
        fresh=timedelta(seconds=readings["fresh_seconds"]),
        late=timedelta(hours=readings["late_hours"]),
        ahead=timedelta(seconds=readings["ahead_seconds"]),
        usable=timedelta(hours=readings["usable_hours"]),
        kept=timedelta(days=readings["kept_days"]),
        undo=timedelta(seconds=undoing["seconds"]),
        undo_grace=timedelta(seconds=undoing["grace_seconds"]),
    )
