"""What typed weights make: the net mass of a package, or what is wrong with them."""

from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import say
from app.foundation.core.units import Grams

MAX_NET = Grams(60_000_000)
"""60 t: platform limit for one container."""


def net_of(
    gross: Grams | None, tare: Grams | None, net: Grams | None
) -> tuple[Grams | None, list[FieldProblem]]:
    """The net mass that weights give, or what is wrong with them; None and no problem: nothing weighed."""
    problems = []
    if (gross is None) != (tare is None):
        missing = "#/tare_kg" if tare is None else "#/gross_kg"
        problems.append(FieldProblem(missing, say("毛重与皮重须同时填写")))
    elif gross is not None and tare is not None:
        if tare < 0:
            problems.append(FieldProblem("#/tare_kg", say("皮重不能为负")))
        if gross <= tare:
            problems.append(FieldProblem("#/gross_kg", say("毛重要大于皮重")))
        if net is not None and net != gross - tare:
            problems.append(FieldProblem("#/net_kg", say("净重应等于毛重减皮重")))
        net = Grams(gross - tare)
    elif net is not None and net <= 0:
        problems.append(FieldProblem("#/net_kg", say("净重要大于 0")))
    if net is not None and net > MAX_NET:
        problems.append(FieldProblem("#/net_kg", say("单个容器净重不能超过 60 t")))
    return net, problems
