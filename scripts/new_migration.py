"""Write a migration from the mapped classes: `python -m scripts.new_migration "what it does"`.

It compares with a scratch PostgreSQL database at the newest version: SQLite can't tell us about all indexes.
"""

import sys

from alembic import command

from tests.databases import POSTGRESQL, alembic_config, run_folder, stock


def main(message: str) -> None:
    with run_folder() as folder, stock(folder, "new") as databases:
        script = command.revision(alembic_config(databases.fresh(POSTGRESQL)), message, autogenerate=True)
    print(f"Read it before you commit it: {script.path}")  # type: ignore[union-attr]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
