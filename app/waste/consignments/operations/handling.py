"""Changing all containers of a consignment together: one statement, however many there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from app.foundation.core.work import Work
from app.waste.storage.models import Container, ContainerState


@dataclass(frozen=True)
class Change:
    """A container, the state it goes to, and what else changes on it; all changes of one act name the same columns."""

    container: Container
    state: ContainerState
    values: Mapping[str, Any] = field(default_factory=dict)


def back_in_store(container: Container) -> Change:
    """The container stands in its holder's store as before it was promised."""
    is_own = container.holder_id == container.organisation_id
    state = ContainerState.STORED if is_own else ContainerState.STORED_AT_CONSIGNEE
    return Change(container, state, {"consignment_id": None})


def change_containers(work: Work, changes: list[Change]) -> None:
    """Move containers along their state table and write them in one statement, each with its next version.

    The ORM would send one UPDATE for each versioned row. Here the rows are locked already, so the version can't have
    moved since it was read.

    Raises:
        Conflict: a container's state doesn't allow the move; nothing has been written then.
    """
    rows = []
    for change in changes:
        container = change.container
        container.move_to(change.state)
        values = {"state": change.state, **change.values, "version": container.version + 1}
        for name, value in values.items():
            set_committed_value(container, name, value)
        rows.append({"row_id": container.id, **values})
    if rows:
        table = Container.__table__
        statement = update(table).where(table.c.id == bindparam("row_id"))  # type: ignore[arg-type]
        work.session.connection().execute(statement, rows)
