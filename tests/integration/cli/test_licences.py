"""`flask licences`: what recyclers and carriers may do, entered by command."""

from datetime import date

import pytest
from sqlalchemy import select

from app.foundation.core.work import Actor
from app.parties.accounts.commands import RegisterOrganisation
from app.parties.accounts.operations import register_organisation
from app.parties.licences.models import CarrierPermit, CrewMember, LicenceLine, OperatingLicence, Vehicle

CREDIT_CODE = "91339901MA2XDM407K"


@pytest.fixture
def run(app, database):
    with database.writing(Actor.system()) as work:
        register_organisation(
            work,
            RegisterOrganisation(
                CREDIT_CODE, "云栈溶剂再生", "云栈", "-", "0", "0", is_recycler=True, is_carrier=True
            ),
        )
    return lambda *arguments: app.test_cli_runner().invoke(args=["licences", *arguments])


def add(run, *wastes):
    named = [part for waste in wastes for part in ("--waste", waste)]
    return run(
        "add", CREDIT_CODE, "--number", "L-1", "--issuer", "I", "--mode", "utilisation", "--yearly-t", "3000.5",
        "--issued-on", "2026-01-01", "--valid-from", "2026-01-01", "--valid-to", "2030-12-31", *named,
    )  # fmt: skip


def test_a_licence_is_entered_with_its_scope(run, session):
    done = add(run, "HW06", "900-249-08")

    assert done.exit_code == 0, done.output
    licence = session.scalars(select(OperatingLicence)).one()
    assert (licence.yearly_scale, licence.valid_to) == (3_000_500_000, date(2030, 12, 31))
    lines = session.scalars(select(LicenceLine).order_by(LicenceLine.category)).all()
    assert [(line.category, line.waste_code) for line in lines] == [("HW06", ""), ("HW08", "900-249-08")]


@pytest.mark.parametrize("waste", ["HW99", "900-249-99", "solvent"])
def test_a_scope_that_is_no_waste_is_refused_in_words(run, session, waste):
    done = add(run, waste)

    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert session.scalars(select(OperatingLicence)).all() == []


def test_a_carrier_gets_permit_vehicle_and_crew(run, session):
    until = ("--valid-to", "2028-01-31")

    answers = [
        run("permit", CREDIT_CODE, "--number", "P-1", "--class", "3", "--class", "危险废物", *until),
        run("vehicle", CREDIT_CODE, "浙A12345", "--kind", "厢式货车", "--load-kg", "4500", *until),
        run("crew", CREDIT_CODE, "--name", "石砚秋", "--certificate", "C-1", *until),
    ]

    assert [answer.exit_code for answer in answers] == [0, 0, 0], [answer.output for answer in answers]
    assert session.scalars(select(CarrierPermit)).one().classes == ["3", "危险废物"]
    assert session.scalars(select(Vehicle)).one().approved_load == 4_500_000
    assert not session.scalars(select(CrewMember)).one().is_escort


def test_a_person_nobody_knows_is_named(run):
    done = run(
        "crew",
        CREDIT_CODE,
        "--name",
        "N",
        "--certificate",
        "C",
        "--valid-to",
        "2028-01-31",
        "--email",
        "x@y.z",
    )

    assert done.exit_code == 1
    assert "x@y.z" in done.output
