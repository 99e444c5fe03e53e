"""`make docs`: write the pages under docs/ that are drawn from the code, so that they can't lag behind it.

`python -m scripts.docs --check` writes nothing and fails where a page is out of date.
"""

import enum
import re
import sys
from collections.abc import Callable, Iterable

from app.all_models import metadata
from app.entry.problem_types import DESCRIBED
from app.foundation.core.models import Base
from app.waste.consignments.fields import FIELDS, FieldRule
from app.waste.consignments.workflow import (
    ACT_WORDS,
    MOVES,
    STATE_WORDS,
    TRANSITIONS,
    ConsignmentAct,
    ConsignmentState,
    Party,
    Transition,
)
from app.waste.registry.models import WasteKind
from scripts import build_rules_page
from tests.databases import ROOT

GENERATED = "<!-- Written by `make docs` from the code; change it there. -->"


def consignment_states() -> str:
    """The states of a consignment, every move the table allows, and the table of fields."""
    rows = [
        f"| `{state}` | {STATE_WORDS[state]} | {_leads_to(state, WasteKind.HAZARDOUS)} | {_leads_to(state, WasteKind.GENERAL)} |"
        for state in ConsignmentState
    ]
    return "\n".join(
        [
            "# States, moves and fields of a consignment",
            "",
            GENERATED,
            "",
            "Of hazardous waste:",
            "",
            *_diagram(WasteKind.HAZARDOUS),
            "",
            "Of general industrial waste, with the lighter form:",
            "",
            *_diagram(WasteKind.GENERAL),
            "",
            "| state | on screens | hazardous waste may become | general waste may become |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            "## Allowed moves",
            "",
            "Every other state, act and party together is refused (`tests/unit/waste/consignments/test_policy.py`).",
            "",
            "| act | on screens | of | by | in | becomes | rules asked |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(_move_row(line) for line in TRANSITIONS),
            "",
            "## Fields",
            "",
            "Sealed: from that act on a field changes only by an agreed correction, which the parties named have to agree to.",
            "",
            "| field | on screens | part of | written by | sealed from | required from | agreed by |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(_field_row(rule) for rule in FIELDS),
            "",
        ]
    )


def _diagram(kind: WasteKind) -> list[str]:
    moves = MOVES[kind]
    reached = [state for state in ConsignmentState if state in moves or state in set().union(*moves.values())]
    return [
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {next(iter(ConsignmentState))}",
        *(f"    {state} --> {to}" for state in reached for to in _in_order(moves.get(state, ()))),
        *(f"    {state} --> [*]" for state in reached if state not in moves),
        "```",
    ]


def _move_row(line: Transition) -> str:
    becomes = _listed(line.targets, ConsignmentState) or "stays"
    rules = ", ".join(line.rules) or "—"
    by, sources = _listed(line.by, Party), _listed(line.sources, ConsignmentState)
    kinds = _listed(line.kinds, WasteKind)
    return f"| `{line.act}` | {ACT_WORDS[line.act]} | {kinds} | {by} | {sources} | {becomes} | {rules} |"


def _field_row(rule: FieldRule) -> str:
    sealed, required = rule.sealed_from or "—", rule.required_from or "—"
    written, agreed = _listed(rule.written_by, ConsignmentAct), _listed(rule.agreed_by, Party) or "nobody"
    return f"| `{rule.path}` | {rule.words} | {rule.part} | {written} | {sealed} | {required} | {agreed} |"


def _listed(chosen: Iterable[enum.Enum], of: type[enum.Enum]) -> str:
    """Those chosen, in the order of their enumeration."""
    wanted = set(chosen)
    return ", ".join(str(one.value) for one in of if one in wanted)


def tables() -> str:
    """Every table, what a row is, and which tables it points to."""
    about = {
        mapper.local_table.name: _first_line(mapper.class_.__doc__ or "") for mapper in Base.registry.mappers
    }
    rows = [
        f"| `{table.name}` | {about.get(table.name, 'a link between two tables')} | {_points_to(table.name)} |"
        for table in sorted(metadata.tables.values(), key=lambda table: table.name)
    ]
    return "\n".join(
        ["# Tables", "", GENERATED, "", "| table | a row is | points to |", "| --- | --- | --- |", *rows, ""]
    )


def problems() -> str:
    """The page of problems: prose by hand; under each heading the status and the words that pages show."""
    page = (ROOT / PROBLEMS).read_text(encoding="utf-8")
    for name, known in DESCRIBED.items():
        words = f"*{known.status} · {known.meaning}。{known.mend}。*\n\n"
        page = _with_words(page, f"## `{name}`\n\n", words)
    return page


def _with_words(page: str, heading: str, words: str) -> str:
    before, found, prose = page.partition(heading)
    if not found:
        return f"{page}\n{heading}{words}"
    return before + heading + words + re.sub(r"\A\*.*\*\n\n", "", prose)


PROBLEMS = "docs/problems.md"

PAGES: dict[str, Callable[[], str]] = {
    PROBLEMS: problems,
    "docs/consignment-states.md": consignment_states,
    "docs/tables.md": tables,
    "docs/rules.md": build_rules_page.page,
}


def outdated() -> list[str]:
    """The generated pages that are missing or don't say what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != page()
    ]


def main(arguments: list[str]) -> int:
    stale = outdated()
    if arguments == ["--check"]:
        print("\n".join(f"{name} is out of date: run `make docs`" for name in stale) or "docs are up to date")
        return 1 if stale else 0
    for name in stale:
        (ROOT / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"written: {name}")
    return 0


def _in_order(states: object) -> list[ConsignmentState]:
    return [state for state in ConsignmentState if state in states]  # type: ignore[operator]


def _leads_to(state: ConsignmentState, kind: WasteKind) -> str:
    moves = MOVES[kind]
    if state not in moves and state not in set().union(*moves.values()):
        return "—"
    return ", ".join(f"`{to}`" for to in _in_order(moves.get(state, ()))) or "nothing: final"


def _points_to(table: str) -> str:
    targets = {key.column.table.name for key in metadata.tables[table].foreign_keys}
    return ", ".join(f"`{target}`" for target in sorted(targets))


def _first_line(docstring: str) -> str:
    return docstring.strip().split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
