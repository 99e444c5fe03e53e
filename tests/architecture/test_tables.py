"""What every table keeps to."""

from sqlalchemy import Float, ForeignKeyConstraint, Index, Numeric, Table
from sqlalchemy.orm import configure_mappers

from app.all_models import metadata
from app.foundation.core.models import Base

TABLES = list(metadata.tables.values())


def test_quantities_are_whole_numbers():
    inexact = [
        str(column)
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, Float | Numeric)
    ]

    assert inexact == []


def test_every_foreign_key_has_an_index():
    bare = [
        f"{table.name}.{constraint.column_keys}"
        for table in TABLES
        for constraint in table.foreign_key_constraints
        if not _is_indexed(table, constraint)
    ]

    assert bare == []


def test_every_constraint_has_a_name():
    nameless = [
        f"{table.name}: {constraint}"
        for table in TABLES
        for constraint in table.constraints
        if not constraint.name
    ]

    assert nameless == []


def test_nothing_is_loaded_behind_ones_back():
    configure_mappers()

    lazy = [
        f"{mapper.class_.__name__}.{relation.key} is {relation.lazy}"
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if relation.lazy not in ("raise", "raise_on_sql", "write_only")
    ]

    assert lazy == []


def _is_indexed(table: Table, constraint: ForeignKeyConstraint) -> bool:
    wanted = list(constraint.column_keys)
    orders = [[column.key for column in table.primary_key.columns]]
    orders += [_leading_columns(index) for index in table.indexes]
    orders += [
        [column.key for column in unique.columns]
        for unique in table.constraints
        if getattr(unique, "__visit_name__", "") == "unique_constraint"
    ]
    return any(order[: len(wanted)] == wanted for order in orders)


def _leading_columns(index: Index) -> list[str]:
    return [getattr(expression, "key", None) or "" for expression in index.expressions]
