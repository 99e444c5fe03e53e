"""Every operation of /api/openapi.json under generated input: no 5xx, and no answer the document doesn't announce."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from sqlalchemy import select

from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import User
from app.parties.accounts.signing_in import issue_token
from app.waste.storage.models import Container, Facility
from app.waste.storage.weighing.commands import AddScale, SentReading
from app.waste.storage.weighing.operations import add_scale, record_readings
from tests.integration.waste.consignments.world import World, build

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
STRICT = [*CHECKS, checks.negative_data_rejection]
"""For JSON bodies: what the document forbids is refused. A query's unknown names are not read, and not refused."""

EXAMPLES = {
    "postgresql": {"write": 12, "read": 5},
    "sqlite": {"write": 3, "read": 2},
}
"""Of each operation: enough for every field of a body to be wrong in several ways; a read has few parts that can be.
PostgreSQL is the stricter engine, so it gets more."""


@pytest.fixture
def world(app: Flask, database: Database) -> World:
    """Consignments in every state, for requests that reach past "no such thing"."""
    world = build(database)
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    return world


@pytest.fixture
def known(world: World, database: Database) -> dict[str, list[Any]]:
    """Real values by the name of the parameter or field that takes them."""
    drums = world.drums(2)
    stored = world.drums(2)
    trips = [
        make(world.drums(1))
        for make in (world.draft, world.submitted, world.loaded, world.departed, world.arrived)
    ]
    trips.append(world.weighed(drums, [drum.net for drum in drums]))
    with database.writing(world.consignor) as work:
        scale = add_scale(work, AddScale(world.site_id, "scale", Grams(1_500_000)))
        now = [SentReading(f"r-{number}", Grams(200_000), True, work.now) for number in range(20)]
        readings = record_readings(work, scale.id, now)
    with database.reading(Actor.system()) as work:
        facilities = work.session.scalars(select(Facility.id)).all()
        codes = [row.code for row in work.session.scalars(select(Container)).all()]
    ids = {
        "consignment_id": [trip.id for trip in trips],
        "stream_id": [world.stream_id],
        "zone_id": [world.zone_id],
        "facility_id": facilities,
        "scale_id": [scale.id],
        "reading_id": [shown.reading.id for shown in readings],
        "site_id": [world.site_id, world.consignee_site_id],
        "licence_id": [world.licence_id],
        "organisation_id": [world.consignor.organisation_id],
        "consignee_id": [world.consignee.organisation_id],
        "consignee_site_id": [world.consignee_site_id],
        "carrier_id": [world.carrier.organisation_id],
        "vehicle_id": [world.vehicle_id],
        "driver_id": [world.driver_id],
        "thing": [trips[0].id, drums[0].id, world.site_id],
    }
    texts = {
        "code": [*codes, stored[0].short_code],
        "containers": [drum.code for drum in stored],
        "waste_code": ["900-402-06", "900-041-49"],
        "scanned": [trips[3].number, stored[0].short_code, stored[0].code],
    }
    versions = {"seen_version": list(range(1, 10)), "If-Match": [f'"{number}"' for number in range(1, 10)]}
    return {name: [str(one) for one in found] for name, found in ids.items()} | texts | versions


@pytest.fixture
def tokens(world: World, database: Database) -> list[str]:
    """One token each for a producer, a recycler, a driver and a park's operator."""
    people = [world.consignor, world.consignee, world.carrier, world.operator]
    with database.writing(Actor.system()) as work:
        emails = [work.session.get_one(User, person.user_id).email for person in people]
        return [issue_token(work, IssueToken(email, ("write",), "test")) for email in emails]


@pytest.fixture
def operations(app: Flask) -> list[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    del schema.raw_schema[
        "security"
    ]  # who is let in has a test of its own: tests/architecture/test_routes.py
    return [found.ok() for found in schema.get_all_operations()]


def test_every_answer_is_one_that_the_document_announces(
    operations: list[Any], known: dict[str, list[Any]], tokens: list[str], engine_name: str
) -> None:
    examples = EXAMPLES[engine_name]
    faults = [
        fault
        for operation in operations
        for fault in faults_of(
            operation, known, tokens, examples["read" if operation.method == "get" else "write"]
        )
    ]

    assert len(operations) > 40
    assert not faults, "\n\n".join(faults)


def faults_of(operation: Any, known: dict[str, list[Any]], tokens: list[str], examples: int) -> Iterator[str]:
    """What is wrong with the answers of an operation: one fault, with the smallest request that shows it."""
    modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )
    @given(case=st.one_of(*modes), token=st.sampled_from(tokens), chance=st.randoms(use_true_random=False))
    def answers_as_documented(case: Any, token: str, chance: random.Random) -> None:
        if case.meta.generation.mode.is_positive:
            use_known(case, known, chance)
        allowed = STRICT if case.media_type == "application/json" else CHECKS
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=allowed)

    try:
        answers_as_documented()
    except BaseException as fault:  # schemathesis raises groups of failures
        yield f"{operation.label}: {fault}"


def use_known(case: Any, known: dict[str, list[Any]], chance: random.Random) -> None:
    """Put values of the world in place of most generated ones."""

    def real(name: str, value: Any) -> Any:
        if name in known and value is not None and chance.random() < 0.8:
            return [chance.choice(known[name])] if isinstance(value, list) else chance.choice(known[name])
        return value

    for part in ("path_parameters", "query", "headers", "body"):
        values = getattr(case, part)
        if isinstance(values, dict):
            setattr(case, part, {name: real(name, value) for name, value in values.items()})
