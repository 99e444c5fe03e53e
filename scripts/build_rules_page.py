"""Write docs/rules.md: every rule of the rulebook, and where the implemented ones are decided.

python -m scripts.build_rules_page           write the page
python -m scripts.build_rules_page --check   write nothing; fail when the page is out of date
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.foundation.rulebook.assessment import Predicate
from app.foundation.rulebook.loader import DATA, all_rules, rulebook
from app.foundation.rulebook.rules import Rule
from app.parties.accounts import rules as accounts
from app.parties.licences import rules as licences
from app.waste.clearances import rules as clearances
from app.waste.consignments import rules as consignments
from app.waste.registry import rules as registry
from app.waste.registry.declaring import rules as declaring
from app.waste.storage import rules as storage

PAGE: Final = Path(__file__).resolve().parent.parent / "docs/rules.md"
PREDICATES: Final[Mapping[str, Predicate[Any]]] = {
    **accounts.RULES,
    **licences.RULES,
    **declaring.RULES,
    **registry.RULES,
    **storage.RULES,
    **clearances.RULES,
    **consignments.RULES,
}
HEAD: Final = """# Rules

<!-- Written by `python -m scripts.build_rules_page` from the rulebook; change it there. -->

Each row of `app/foundation/rulebook/data/rules/`: what it asks, where it comes from, when it is checked and where it is decided.

* **severity**: violation, warning or info; after a slash the milder stage. **(block)** stops its acts unless an authorised person
  overrides with a reason. At put-away, move and dispatch every violation with confidence V or S that the act would create stops it too.
* **confidence**: V wording verified, S verified by a reprint or summary, M from memory (at most a warning to be confirmed until it is
  legally reviewed), P platform setting.
* Provinces, cities and parks may tighten a rule (`data/overlays.toml`), never loosen it.

| rule | asks | source | severity | confidence | limits | checked at | decided in |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


COVERAGE_HEAD: Final = """
## Every id of the domain rules

By section of `domain-rules.md`; {done} of {all} are implemented. *waits*: the predicate stands and is tested, and nothing has
its facts yet; it says what they wait for.

| section | id | state | where, or why not (yet) |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Covered:
    """One id of the domain rules, and what became of it."""

    section: str
    rule_id: str
    place: str | None
    """Where it is decided, computed or tested."""
    why: str | None
    """Why it isn't (yet)."""
    waits: str | None = None
    """What a predicate waits for whose facts nothing has yet."""

    @property
    def state(self) -> str:
        if self.place is None:
            return "not (yet)"
        return "waits" if self.waits else "implemented"


def waits() -> Mapping[str, str]:
    """What each predicate waits for whose facts nothing has yet, by rule."""
    table: Mapping[str, str] = tomllib.loads((DATA / "coverage.toml").read_text(encoding="utf-8"))["waits"]
    return table


@lru_cache(maxsize=1)
def coverage() -> tuple[Covered, ...]:
    """Every id of the domain rules in their order."""
    data = tomllib.loads((DATA / "coverage.toml").read_text(encoding="utf-8"))
    overlays = {overlay.id: f"overlay of `{overlay.rule_id}`" for overlay in rulebook().overlays}
    found = []
    for section in data["section"]:
        for rule_id in section["ids"]:
            place = _predicate_place(rule_id) or overlays.get(rule_id) or data["places"].get(rule_id)
            why = None if place else data["reasons"].get(rule_id, section.get("why"))
            heading = f"{section['number']} {section['title']}"
            found.append(Covered(heading, rule_id, place, why, waits().get(rule_id)))
    return tuple(found)


def _coverage_lines() -> Iterator[str]:
    rows = coverage()
    done = sum(row.state == "implemented" for row in rows)
    yield COVERAGE_HEAD.format(done=done, all=len(rows)).rstrip()
    for row in rows:
        where = row.place or row.why or ""
        shown = where if " " in where else f"`{where}`"
        told = f"{shown}; {row.waits}" if row.waits else shown
        yield f"| {row.section} | `{row.rule_id}` | {row.state} | {told} |"


def page() -> str:
    """The whole page as Markdown."""
    overlays = [
        f"| `{overlay.id}` | `{overlay.rule_id}` | {overlay.source.en} |" for overlay in rulebook().overlays
    ]
    local = ["", "| overlay | rule | source |", "| --- | --- | --- |", *overlays] if overlays else []
    return HEAD + "\n".join([*map(_row, all_rules()), *local, *_coverage_lines(), ""])


def _row(rule: Rule) -> str:
    severity = "/".join(filter(None, (rule.severity, rule.milder_severity)))
    cells = (
        f"`{rule.id}`",
        f"{rule.title.zh} / {rule.title.en}",
        _source(rule),
        severity + (" (block)" if rule.block else ""),
        rule.confidence.value + (" reviewed" if rule.legally_reviewed else ""),
        _limits(rule),
        ", ".join(f"`{act}`" for act in sorted(rule.acts)),
        _place(rule),
    )
    return f"| {' | '.join(cells)} |"


def _source(rule: Rule) -> str:
    articles = ", ".join(citation.key for citation in reversed(rule.citations))
    return f"{rule.document.number} {rule.clause}" + (f"; {articles}" if articles else "")


def _limits(rule: Rule) -> str:
    words = {"at_most": "≤", "at_least": "≥"}
    return "; ".join(
        f"{name} {words[limit.direction]} {limit.value:f} {limit.unit}".removesuffix(" count")
        for name, limit in rule.limits.items()
    )


def _place(rule: Rule) -> str:
    place = _predicate_place(rule.id)
    if place is None:
        return "not yet: listed only"
    return f"`{place}`; waits: {waits()[rule.id]}" if rule.id in waits() else f"`{place}`"


def _predicate_place(rule_id: str) -> str | None:
    """The function that judges it; of a judge that was made of others, the table of its room and its maker."""
    predicate = PREDICATES.get(rule_id)
    if predicate is None:
        return None
    judge = predicate.judge
    if "<locals>" not in judge.__qualname__:
        return f"{judge.__module__}.{judge.__qualname__}"
    maker = judge.__qualname__.partition(".")[0]
    return f"{predicate.facts_type.__module__}.RULES ({maker})"


def main(arguments: list[str]) -> int:
    """Run the command; 1 when `--check` finds the page out of date."""
    text = page()
    is_current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
    if arguments == ["--check"]:
        print("docs/rules.md is up to date" if is_current else "docs/rules.md is out of date")
        return 0 if is_current else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
