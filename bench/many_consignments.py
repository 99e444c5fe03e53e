"""Consignments by the hundred thousand: rows of one park's past straight into the tables, PostgreSQL only.

One template made by the operations themselves is told again with other numbers, parties, days and states, and whoever
may know of each stands in `consignment_viewers`. The past is a park's: all but the newest are closed, some of the old
ones are stuck. They have lines, and neither containers nor events: for lists, not for anything else.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.waste.consignments.models import Consignment, ConsignmentLine, ConsignmentViewer
from tests.integration.waste.consignments.world import World

FIRMS = 400
"""Producers, of whom the world's own sends every twentieth consignment; each eighth one's goods go to one of forty."""
AT_ONCE = 50_000
STATES = (
    "draft", "submitted", "loading", "refused_by_carrier", "in_transit", "temporarily_stored", "incident",
    "closed_incident", "diverted", "arrived", "discrepancy", "accepted", "partly_accepted", "rejected", "returned",
    "confirmed", "result_reported",
)  # fmt: skip
"""What the newest twentieth is in, in turn."""
STUCK = ("incident", "discrepancy", "rejected", "arrived", "result_reported")
"""What every thousandth of the old ones is in."""
ENDED = "('accepted','cancelled','closed','closed_incident','confirmed','partly_accepted','rejected','result_reported','returned')"


def fill(database: Database, world: World, count: int) -> None:
    """Add `count` consignments, oldest first."""
    template = world.submitted()
    firms, recyclers = _neighbours(database, world)
    with database.engine.begin() as connection:
        _list_parties(connection, world, firms, recyclers)
    for first in range(1, count + 1, AT_ONCE):
        with database.engine.begin() as connection:
            numbers = {"first": first, "last": min(first + AT_ONCE - 1, count), "count": count}
            _insert(connection, template.id, numbers)
    with database.engine.connect().execution_options(begin="") as connection:
        connection.execute(text("VACUUM ANALYZE consignments, consignment_lines, consignment_viewers"))


def _neighbours(database: Database, world: World) -> tuple[list[UUID], list[UUID]]:
    """Firms like the world's own, by other credit codes."""
    copied = text(
        "INSERT INTO organisations SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), "
        "'credit_code', 'BENCH' || lpad(n::text, 13, '0'), 'short_name', o.short_name || n))).* "
        "FROM organisations o, generate_series(cast(:first AS int), cast(:last AS int)) n WHERE o.id = :firm RETURNING id"
    )
    with database.writing(Actor.system()) as work:
        made = [
            list(work.session.scalars(copied, {"firm": firm, "first": first, "last": last}))
            for firm, first, last in (
                (world.consignor.organisation_id, 1, FIRMS),
                (world.consignee.organisation_id, FIRMS + 1, FIRMS + FIRMS // 10),
            )
        ]
    return made[0], made[1]


def _list_parties(connection: Connection, world: World, firms: list[UUID], recyclers: list[UUID]) -> None:
    """Who sends and takes, by place: the world's own firms among many."""
    connection.execute(
        text("CREATE TABLE bench_parties (role text, place int, id uuid, PRIMARY KEY (role, place))")
    )
    assert world.consignor.organisation_id and world.consignee.organisation_id
    senders = [world.consignor.organisation_id] * (FIRMS // 20) + firms[FIRMS // 20 :]
    takers = [world.consignee.organisation_id] * (len(recyclers) // 4) + recyclers[len(recyclers) // 4 :]
    rows = [
        {"role": role, "place": place, "id": firm}
        for role, parties in (("sender", senders), ("taker", takers))
        for place, firm in enumerate(parties)
    ]
    connection.execute(text("INSERT INTO bench_parties VALUES (:role, :place, :id)"), rows)


def _insert(connection: Connection, template: UUID, numbers: Mapping[str, Any]) -> None:
    """One stretch of the past: consignments, their lines, who may know of them."""
    given = {"template": template, "stuck": list(STUCK), "states": list(STATES), **numbers}
    connection.execute(text(_consignments()), given)
    connection.execute(text(_lines()), given)
    connection.execute(text(_viewers()), given)


def _key(number: str) -> str:
    """An id in the order of time, as `new_id` makes them."""
    return f"(lpad(to_hex(1700000000000 + cast({number} AS bigint)), 12, '0') || '70008000' || lpad(to_hex(cast({number} AS bigint)), 12, '0'))::uuid"


STATE = (
    "CASE WHEN n > :count * 0.95 THEN (cast(:states AS text[]))[1 + n % cardinality(cast(:states AS text[]))] "
    "WHEN n % 1000 = 7 THEN (cast(:stuck AS text[]))[1 + n / 1000 % cardinality(cast(:stuck AS text[]))] "
    "WHEN n % 50 = 3 THEN 'cancelled' ELSE 'closed' END"
)
MADE = "now() - make_interval(secs => (:count - n) * 60)"


def _consignments() -> str:
    told = {
        "id": _key("n"),
        "number": "'B-' || lpad(n::text, 10, '0')",
        "national_number": "'9900' || lpad(n::text, 10, '0')",
        "short_code": "'B' || lpad(n::text, 10, '0')",
        "consignor_id": "s.id",
        "consignee_id": "t.id",
        "state": "told.state",
        "container_count": "2",
        "loaded_count": "CASE WHEN n % 2 = 0 THEN 2 ELSE 0 END",
        "consignor_signed_at": f"CASE WHEN n % 4 = 0 THEN {MADE} END",
        "created_at": MADE,
        "closed_at": f"CASE WHEN told.state IN {ENDED} THEN {MADE} END",
        "completed_at": f"CASE WHEN told.state = 'closed' THEN {MADE} END",
    }
    names = [column.name for column in Consignment.__table__.columns]
    values = [told.get(name, f'c."{name}"') for name in names]
    return (
        f"INSERT INTO consignments ({_quoted(names)}) SELECT {', '.join(values)} FROM consignments c, "
        f"(SELECT n, {STATE} AS state FROM generate_series(cast(:first AS int), cast(:last AS int)) n) told "
        "JOIN bench_parties s ON s.role = 'sender' AND s.place = n * 7 % 400 "
        "JOIN bench_parties t ON t.role = 'taker' AND t.place = n * 3 / 8 % 40 WHERE c.id = :template ORDER BY n"
    )


def _lines() -> str:
    names = [column.name for column in ConsignmentLine.__table__.columns]
    told = {"id": _key("n"), "consignment_id": _key("n")}
    values = [told.get(name, f'l."{name}"') for name in names]
    return (
        f"INSERT INTO consignment_lines ({_quoted(names)}) SELECT {', '.join(values)} FROM consignment_lines l, "
        "generate_series(cast(:first AS int), cast(:last AS int)) n WHERE l.consignment_id = :template"
    )


def _viewers() -> str:
    """The consignor always, the others and the park from the submission on."""
    names = [column.name for column in ConsignmentViewer.__table__.columns]
    values = {"id": "gen_random_uuid()", "viewer_id": "viewer", "consignment_id": "c.id"}
    return (
        f"INSERT INTO consignment_viewers ({_quoted(names)}) "
        f"SELECT {', '.join(values[name] for name in names)} FROM consignments c, LATERAL "
        "(SELECT c.consignor_id AS viewer UNION SELECT unnest(ARRAY[c.carrier_id, c.consignee_id, c.park_id]) "
        f"WHERE c.state <> 'draft') v WHERE c.id BETWEEN {_key(':first')} AND {_key(':last')} ORDER BY c.id"
    )


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
