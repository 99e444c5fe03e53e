"""The sample ledgers, and producers to import them for."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.foundation.catalogue.loading import load_catalogue
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.parties.accounts.models import Membership
from app.parties.accounts.permissions import Role
from app.waste.storage.models import Facility, FacilityType
from tests.databases import ROOT
from tests.factories import a_membership, a_park, a_site, a_user, an_organisation

SAMPLES = ROOT / "tests/data/ledgers"
CLEAN = "hw-b1-clean.xlsx"
MESSY = "hw-b1-messy.gb18030.csv"
STOCK = "hw-b2-b3-clean.xlsx"
GENERAL = "gisw-monthly-clean.xlsx"
NAMES = {
    CLEAN: "hw-b1-clean",
    MESSY: "hw-b1-messy.gb18030",
    STOCK: "hw-b2-b3-clean",
    GENERAL: "gisw-monthly-clean",
}
COMPARED = ("result", "file_problems", "sheets", "counts", "totals", "warnings", "skipped")


@dataclass(frozen=True)
class Producer:
    """A firm that keeps ledgers, and who works for it and its park."""

    organisation_id: UUID
    credit_code: str
    site_id: UUID
    park_id: UUID
    member: Membership
    inspector: Membership


def content(file: str) -> bytes:
    return (SAMPLES / file).read_bytes()


def expected(file: str) -> dict[str, Any]:
    """What a perfect importer makes of a sample, without what is only as good."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{NAMES[file]}.expected.json").read_text("utf-8"))
    for key in ("accepted", "refused"):
        found[key] = [{k: v for k, v in line.items() if k != "also_fair"} for line in found[key]]
    return found


def verdict_of(answer: dict[str, Any]) -> dict[str, Any]:
    """A verdict as given by a border, without the words it adds to the codes."""
    words = ("text", "mend")
    plain = {key: answer[key] for key in COMPARED}
    plain["accepted"] = answer["accepted"]
    plain["warnings"] = [_without(line, words) for line in answer["warnings"]]
    plain["refused"] = [
        {**line, "problems": [_without(problem, words) for problem in line["problems"]]}
        for line in answer["refused"]
    ]
    return plain


def _without(line: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in keys}


def expected_verdict(file: str) -> dict[str, Any]:
    found = expected(file)
    return {key: found[key] for key in (*COMPARED, "accepted", "refused")}


def a_producer(database: Database, file: str = CLEAN) -> Producer:
    """The firm a sample belongs to, in a new park, with the reference data loaded."""
    known = expected(file)["organisation"]
    park = a_park()
    firm = an_organisation(credit_code=known["credit_code"], name=known["name"], short_name=known["name"][:6])
    site, user, watcher = a_site(firm, park), a_user(), a_user()
    member = a_membership(user, Role.PRODUCER, firm, park)
    inspector = a_membership(watcher, Role.INSPECTOR, None, park)
    with database.writing(Actor.system()) as work:
        load_catalogue(work)
        for group in ([park, firm], [site, user, watcher], [member, inspector]):
            work.session.add_all(group)
            work.session.flush()
    return Producer(firm.id, firm.credit_code, site.id, park.id, member, inspector)


def a_store(database: Database, producer: Producer, code: str = "TS001") -> None:
    """A storage facility of the producer's site, without zones."""
    with database.writing(Actor.system()) as work:
        work.session.add(
            Facility(
                organisation_id=producer.organisation_id, site_id=producer.site_id, park_id=producer.park_id, code=code,
                name="危废贮存库", type=FacilityType.WAREHOUSE, capacity=Grams(60_000_000), keeper="", ended_at=None,
            )
        )  # fmt: skip
