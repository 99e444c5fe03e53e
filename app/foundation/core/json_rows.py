"""Rows of a correlated SELECT as one JSON value, so that a list and what hangs on its rows come in one statement."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class json_rows(FunctionElement[Any]):
    """All rows of the given columns, each a list; in no order, and None or empty where there are none."""

    name = "json_rows"
    inherit_cache = True
    type = JSON()


@compiles(json_rows, "postgresql")
def _of_postgresql(element: json_rows, compiler: Any, **told: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **told)}))"


@compiles(json_rows, "sqlite")
def _of_sqlite(element: json_rows, compiler: Any, **told: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **told)}))"
