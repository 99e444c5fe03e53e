"""The order of rooms: who may import whom."""

import ast
from pathlib import Path

from importlinter.cli import lint_imports

from tests.databases import ROOT

BORDERS = {"api", "web", "cli", "entry", "factory.py"}
"""The parts of `app` that may know Flask."""

LONGEST_FILE = 450
"""Lines; a longer file is missing an idea."""

OURS = sorted(path for folder in ("app", "scripts", "bench") for path in (ROOT / folder).rglob("*.py"))


def test_rooms_import_only_rooms_below_them(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)

    status = lint_imports(no_cache=True)

    assert status == 0, capsys.readouterr().out


def test_rooms_know_nothing_of_flask():
    knowing = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / "app").rglob("*.py")
        if path.relative_to(ROOT / "app").parts[0] not in BORDERS
        for module in _imported(path)
        if module.partition(".")[0] in ("flask", "werkzeug") or module.startswith("flask_")
    ]

    assert knowing == []


def test_imports_are_absolute():
    relative = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(_parsed(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


def test_files_are_a_comfortable_read():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in OURS}

    assert {str(path): length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imported(path: Path) -> list[str]:
    nodes = list(ast.walk(_parsed(path)))
    plain = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    return plain + [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
