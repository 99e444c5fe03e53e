"""What a benchmark gives, and how it is timed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Measured:
    """What a load over HTTP came to: calls a second, and milliseconds of processor time each takes on the servers."""

    rate: float
    cpu_ms: float


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its bare form: the same work with nothing of ours in it.

    Figures are rates, so more is better; `ratio` is ours over bare, and carries from machine to machine. Where processor
    time was taken too, `cpu_ratio` is that of the bare form over ours: it stays the same on a busy machine.
    """

    name: str
    value: float
    unit: str
    bare: str
    bare_value: float
    cpu_ms: float | None = None
    bare_cpu_ms: float | None = None

    @classmethod
    def over_http(
        cls, name: str, ours: Measured, bare_name: str, bare: Measured, unit: str = "calls/s"
    ) -> "Figure":
        return cls(name, ours.rate, unit, bare_name, bare.rate, ours.cpu_ms, bare.cpu_ms)

    @property
    def ratio(self) -> float:
        return self.value / self.bare_value

    def as_json(self) -> dict[str, Any]:
        rounded = {key: _rounded(value) for key, value in asdict(self).items() if value is not None}
        rounded["ratio"] = round(self.ratio, 3)
        if self.cpu_ms and self.bare_cpu_ms:
            rounded["cpu_ratio"] = round(self.bare_cpu_ms / self.cpu_ms, 3)
        return rounded


def rate(act: Callable[[], object], per_call: int = 1, seconds: float = 1.0, rounds: int = 3) -> float:
    """How often a second `act` gets something done, when one call does `per_call` of it: the best of `rounds`.

    The best, because whatever else the machine does can only make a round slower.
    """
    act()  # warms caches; not counted
    return max(_one_round(act, seconds / rounds) for _ in range(rounds)) * per_call


def _one_round(act: Callable[[], object], seconds: float) -> float:
    calls, start = 0, perf_counter()
    while (elapsed := perf_counter() - start) < seconds or not calls:
        act()
        calls += 1
    return calls / elapsed if elapsed else float(calls)


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
