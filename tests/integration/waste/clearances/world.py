"""A producer, a carrier and a recycler in another province, and papers between them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.files.operations import FileStore
from app.parties.accounts.models import Membership, Organisation, Park, Site
from app.parties.accounts.permissions import Role, permissions_of
from app.waste.clearances.commands import (
    AddPaper,
    AppliedWaste,
    ChangeContract,
    DraftContract,
    DraftCrossing,
    PricedWaste,
    TakeStep,
    Upload,
)
from app.waste.clearances.models import (
    Clause,
    Contract,
    ContractKind,
    Crossing,
    CrossingAct,
    CrossingKind,
)
from app.waste.clearances.operations.contracts import draft_contract, sign_contract
from app.waste.clearances.operations.crossings import add_paper, draft_crossing, take_step
from app.waste.clearances.queries import crossing_for
from app.waste.clearances.steps import PAPERS_NEEDED
from tests.factories.parties import a_membership, a_park, a_site, a_user, an_organisation

TODAY = date(2026, 11, 20)
"""A Friday."""
NOW = instant_at(TODAY, 10)
SOLVENT, SLAG = "900-402-06", "900-001-S03"
PDF = Upload(b"%PDF-1.7 contract", "合同.pdf")
HW, SUBMISSION = CrossingKind.HAZARDOUS_DECISION, CrossingKind.GENERAL_SUBMISSION


@dataclass
class World:
    """Everybody, and the acts of papers."""

    database: Database
    store: FileStore
    park: Park
    site: Site
    other_site: Site
    producer: Actor
    recycler: Actor
    carrier: Actor
    operator: Actor
    producer_member: Membership
    recycler_member: Membership
    now: datetime = NOW

    def at(self, day: date, hour: int = 10) -> None:
        self.now = instant_at(day, hour)

    def do(self, actor: Actor, act: Callable[..., Any], *args: Any) -> Any:
        with self.database.writing(actor, now=self.now) as work:
            return act(work, *args)

    def contract(self, **changes: Any) -> Contract:
        command = DraftContract(
            number="HT-2026-01",
            partner_id=self.other_site.organisation_id,
            kind=ContractKind.TREATMENT,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
            clauses=(Clause.STORAGE, Clause.USE, Clause.LIABILITY),
            wastes=(PricedWaste(SOLVENT, -125_050),),
            checked_on=date(2026, 1, 5),
            upload=PDF,
        )
        made: Contract = self.do(self.producer, draft_contract, replace(command, **changes), self.store)
        return made

    def sign(self, actor: Actor, contract: Contract) -> Contract:
        with self.database.writing(actor, now=self.now) as work:
            version = work.session.get_one(Contract, contract.id).version
            return sign_contract(work, contract.id, ChangeContract(version))

    def signed(self, **changes: Any) -> Contract:
        contract = self.contract(**changes)
        self.sign(self.producer, contract)
        return self.sign(self.recycler, contract)

    def crossing(self, kind: CrossingKind = HW, **changes: Any) -> Crossing:
        code, name = (SOLVENT, "废有机溶剂") if kind is HW else (SLAG, "炉渣")
        command = DraftCrossing(
            kind=kind,
            consignor_site_id=self.site.id,
            consignee_id=self.other_site.organisation_id,
            consignee_site_id=self.other_site.id,
            planned_method="R2",
            applied_from=TODAY,
            applied_to=date(2027, 10, 31),
            wastes=(AppliedWaste(code, name, Grams(1_000_000)),),
        )
        crossing: Crossing = self.do(self.producer, draft_crossing, replace(command, **changes))
        for paper in PAPERS_NEEDED[kind]:
            self.do(self.producer, add_paper, crossing.id, AddPaper(paper, PDF), self.store)
        return crossing

    def step(
        self, crossing: Crossing, act: CrossingAct, done_on: date | None = None, **more: Any
    ) -> Crossing:
        day = done_on or TODAY
        with self.database.writing(self.producer, now=max(self.now, instant_at(day, 12))) as work:
            version = crossing_for(work, crossing.id).version
            return take_step(work, crossing.id, TakeStep(act=act, done_on=day, seen_version=version, **more))

    def approved(self, **changes: Any) -> Crossing:
        A = CrossingAct
        crossing = self.crossing(**changes)
        for act in (A.SUBMIT, A.ACCEPT, A.AGREE_PRELIMINARILY, A.SEND_INQUIRY, A.REPLY_AGREEING):
            self.step(crossing, act)
        return self.step(crossing, A.APPROVE, number="环固转2026-5", valid_to=date(2027, 10, 31))


def a_world(database: Database, folder: Path, to_province: str = "32") -> World:
    """Made by rows; the papers are made by the operations."""
    with database.writing(Actor.system(), now=datetime(2026, 1, 1, tzinfo=UTC)) as work:
        park = a_park()
        producer = an_organisation(short_name="青梧涂料")
        recycler = an_organisation(short_name="云栈溶剂", is_producer=False, is_recycler=True)
        carrier = an_organisation(short_name="安运物流", is_producer=False, is_carrier=True)
        work.session.add_all([park, producer, recycler, carrier])
        work.session.flush()
        site, other = (
            a_site(producer, park, province="33", city="3301"),
            a_site(recycler, province=to_province, city=f"{to_province}01"),
        )
        people = [a_user(name=name) for name in ("陆青岚", "周云", "孙安", "王明")]
        work.session.add_all([site, other, *people])
        work.session.flush()
        members = [
            a_membership(people[0], Role.PRODUCER, producer, park),
            a_membership(people[1], Role.RECYCLER, recycler),
            a_membership(people[2], Role.CARRIER, carrier),
            a_membership(people[3], Role.PARK_OPERATOR, park=park),
        ]
        work.session.add_all(members)

    def actor(person: int, firm: Organisation | None, role: Role) -> Actor:
        return Actor(
            user_id=people[person].id,
            organisation_id=firm.id if firm else None,
            park_id=park.id if role in (Role.PRODUCER, Role.PARK_OPERATOR) else None,
            permissions=permissions_of(role),
            via="web",
            is_park_staff=role is Role.PARK_OPERATOR,
        )

    return World(
        database,
        FileStore(folder),
        park,
        site,
        other,
        actor(0, producer, Role.PRODUCER),
        actor(1, recycler, Role.RECYCLER),
        actor(2, carrier, Role.CARRIER),
        actor(3, None, Role.PARK_OPERATOR),
        members[0],
        members[1],
    )


def firm_of(actor: Actor) -> UUID:
    assert actor.organisation_id is not None
    return actor.organisation_id
