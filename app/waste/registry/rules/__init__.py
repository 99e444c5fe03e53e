"""What the law asks of sites, plans, ledgers and declarations: one module a part, all predicates in `RULES`."""

from typing import Final

from app.waste.registry.rules import classes, declarations, general, ledgers, plans, timetable
from app.waste.registry.rules.checks import Rules

RULES: Final[Rules] = {
    **classes.RULES,
    **plans.RULES,
    **ledgers.RULES,
    **declarations.RULES,
    **general.RULES,
    **timetable.RULES,
}
