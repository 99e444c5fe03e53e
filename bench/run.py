"""`make bench`: run every benchmark of this folder and print one JSON line a figure.

A benchmark is a module `bench/<name>.py` with a generator `figures()` that yields `bench.figures.Figure`.
`python -m bench.run NAME…` runs only these.
"""

import json
import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
FRAME = {"__init__", "run", "figures", "serving", "bare_app", "load", "many_consignments", "trips"}


def benchmarks() -> list[str]:
    """The names of all benchmarks, in order."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in FRAME)


def main(chosen: list[str]) -> int:
    unknown = sorted(set(chosen) - set(benchmarks()))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(benchmarks())}", file=sys.stderr)
        return 2
    for name in chosen or benchmarks():
        for figure in import_module(f"bench.{name}").figures():
            print(json.dumps(figure.as_json(), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
