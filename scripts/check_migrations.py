"""`alembic check` on both engines: the migrations build exactly what the mapped classes describe."""

import os
import sys
import warnings

from alembic import command
from alembic.util.exc import CommandError

from tests.databases import ENGINES, NoServer, alembic_config, run_folder, stock


def main() -> int:
    problems = 0
    # SQLite can't tell us about indexes over expressions: those are compared on PostgreSQL only.
    warnings.filterwarnings("ignore", message=".*expression-based index")
    with run_folder() as folder, stock(folder, "check") as databases:
        for engine in ENGINES:
            try:
                command.check(alembic_config(databases.fresh(engine)))
            except NoServer as missing:
                print(f"alembic check: {engine} NOT CHECKED: {missing}")
                problems += os.environ.get("REQUIRE_ALL") == "1"
            except CommandError as difference:
                print(f"alembic check: {engine}: {difference}")
                problems += 1
            else:
                print(f"alembic check: {engine}: migrations and models agree")
    return min(problems, 1)


if __name__ == "__main__":
    sys.exit(main())
