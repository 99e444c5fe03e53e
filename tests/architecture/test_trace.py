"""Every operation a border calls leaves a trace event."""

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.databases import ROOT

FLOORS = ("parties", "waste", "oversight")
"""The rooms above `trace`."""

READING = ("_for", "_of")
"""How names end of what only looks things up or works something out."""

BORDERS = ("api", "web", "cli")


def test_every_operation_records_what_it_did():
    calls = _calls_of_all_functions()
    called_by_borders = _called_in(
        path for border in BORDERS for path in (ROOT / "app" / border).rglob("*.py")
    )
    operations = {
        function.name: path
        for path in _operation_files()
        for function in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and function.name in called_by_borders
    }

    acts = {name for name in operations if not name.endswith(READING)}
    untraced = {name for name in acts if not _reaches_trace(name, calls)}

    assert operations
    assert untraced == set()


def _operation_files() -> list[Path]:
    rooms = [room for floor in FLOORS for room in (ROOT / "app" / floor).iterdir() if room.is_dir()]
    return [path for room in rooms for path in (*room.glob("operations.py"), *room.glob("operations/*.py"))]


def _called_in(paths: Iterable[Path]) -> set[str]:
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {name for node in nodes if isinstance(node, ast.Call) for name in _names(node.func)}


def _calls_of_all_functions() -> dict[str, set[str]]:
    """What each function of the house calls, by bare name; `trace.record` keeps its full name."""
    calls: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "app").rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                calls[function.name] |= {
                    name
                    for node in ast.walk(function)
                    if isinstance(node, ast.Call)
                    for name in _names(node.func)
                }
    return calls


def _names(called: ast.expr) -> set[str]:
    if isinstance(called, ast.Name):
        return {called.id}
    if isinstance(called, ast.Attribute):
        return {"trace.record"} if ast.unparse(called) == "trace.record" else {called.attr}
    return set()


def _reaches_trace(name: str, calls: dict[str, set[str]]) -> bool:
    seen, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current == "trace.record":
            return True
        if current not in seen:
            seen.add(current)
            waiting += calls.get(current, ())
    return False
