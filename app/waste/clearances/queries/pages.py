"""One contract or crossing with everything its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.foundation.rulebook.assessment import RuleFinding, assess
from app.foundation.rulebook.overlays import Jurisdiction
from app.parties.accounts.models import Organisation, Site
from app.parties.licences.queries import licence_with_codes
from app.waste.clearances import policy, rules
from app.waste.clearances.covers import CrossingCover
from app.waste.clearances.looking_up import covers_of, crossings_with_draws
from app.waste.clearances.models import (
    Contract,
    ContractSignature,
    ContractState,
    ContractWaste,
    Crossing,
    CrossingAct,
    CrossingDraw,
    CrossingKind,
    CrossingPaper,
    CrossingState,
    CrossingStep,
)
from app.waste.clearances.queries.finding import (
    contract_for,
    crossing_for,
    papers_of,
    signatures_of,
    steps_of,
    wastes_of,
)
from app.waste.clearances.rules import DecisionFacts
from app.waste.clearances.signing import contract_hash
from app.waste.clearances.steps import Clock, clock_of, open_steps


@dataclass(frozen=True)
class ContractView:
    """A contract as its page shows it."""

    contract: Contract
    producer: Organisation
    partner: Organisation
    wastes: Sequence[ContractWaste]
    signatures: Sequence[ContractSignature]
    document_hash: str
    """Of the present text: what one would sign."""
    state: ContractState
    keeps: bool
    """The actor writes it."""
    may_sign: bool
    """The actor may sign the present text now."""

    @property
    def version(self) -> int:
        return self.contract.version

    def signature_of(self, organisation_id: UUID) -> ContractSignature | None:
        """A party's signature of the present text."""
        return next(
            (
                one
                for one in self.signatures
                if one.organisation_id == organisation_id and one.document_hash == self.document_hash
            ),
            None,
        )


def contract_view(work: Work, contract_id: UUID) -> ContractView:
    """A contract with its parties, wastes and signatures, in four statements.

    Raises:
        NotPermitted: the actor's role reads none.
        NotFound: none such, or not theirs.
    """
    contract = contract_for(work, contract_id)
    parties = {
        firm.id: firm
        for firm in work.session.scalars(
            select(Organisation).where(Organisation.id.in_((contract.producer_id, contract.partner_id)))
        )
    }
    wastes, signatures = wastes_of(work, contract.id), signatures_of(work, contract.id)
    shown = contract_hash(contract, wastes)
    signed = {one.organisation_id for one in signatures if one.document_hash == shown}
    return ContractView(
        contract,
        parties[contract.producer_id],
        parties[contract.partner_id],
        wastes,
        signatures,
        shown,
        contract.state_on(work.today),
        policy.keeps_contract(work.actor, contract),
        policy.may_sign(work.actor, contract)
        and work.actor.organisation_id not in signed
        and contract.file_sha256 is not None,
    )


@dataclass(frozen=True)
class CrossingView:
    """A crossing as its page shows it."""

    cover: CrossingCover
    consignor: Organisation
    consignor_site: Site
    consignee: Organisation
    consignee_site: Site
    steps: Sequence[CrossingStep]
    papers: Sequence[CrossingPaper]
    draws: Sequence[CrossingDraw]
    """Latest first."""
    state: CrossingState
    clock: Clock | None
    open_steps: tuple[CrossingAct, ...]
    """What the actor may tell next."""
    keeps: bool
    findings: Sequence[RuleFinding]

    @property
    def crossing(self) -> Crossing:
        return self.cover.crossing

    @property
    def version(self) -> int:
        return self.crossing.version


def crossing_view(work: Work, crossing_id: UUID) -> CrossingView:
    """A crossing with its ends, wastes, steps, papers and draws, and how its validity stands to the rules; seven
    statements.

    Raises:
        NotPermitted: the actor's role reads none.
        NotFound: none such, or not theirs.
    """
    crossing = crossing_for(work, crossing_id)
    (cover,) = covers_of(work, crossings_with_draws(work.today.year).where(Crossing.id == crossing.id))
    sending, receiving = aliased(Site), aliased(Site)
    consignor, consignee = aliased(Organisation), aliased(Organisation)
    ends = work.session.execute(
        select(consignor, sending, consignee, receiving)
        .select_from(consignor)
        .join(sending, sending.id == crossing.consignor_site_id)
        .join(consignee, consignee.id == crossing.consignee_id)
        .join(receiving, receiving.id == crossing.consignee_site_id)
        .where(consignor.id == crossing.consignor_id)
    ).one()
    draws = work.session.scalars(
        select(CrossingDraw)
        .where(CrossingDraw.crossing_id == crossing.id)
        .order_by(CrossingDraw.recorded_at.desc(), CrossingDraw.waste_code)
        .limit(100)
    ).all()
    keeps = policy.keeps_crossing(work.actor, crossing)
    return CrossingView(
        cover,
        *ends,
        steps=steps_of(work, crossing.id),
        papers=papers_of(work, crossing.id),
        draws=draws,
        state=cover.state_on(work.today),
        clock=clock_of(crossing, work.today),
        open_steps=open_steps(crossing, work.today) if keeps else (),
        keeps=keeps,
        findings=decision_findings(work, crossing),
    )


def decision_findings(work: Work, crossing: Crossing) -> list[RuleFinding]:
    """HWTM-27 of a decision on hazardous waste, once there is one; one statement."""
    if (
        crossing.kind is not CrossingKind.HAZARDOUS_DECISION
        or crossing.decided_on is None
        or crossing.valid_to is None
    ):
        return []
    licence, _codes = licence_with_codes(work, crossing.consignee_id, crossing.decided_on)
    facts = DecisionFacts(
        subject_id=crossing.id,
        approved_on=crossing.decided_on,
        decision_valid_to=crossing.valid_to,
        applied_to=crossing.applied_to,
        receiver_licence_to=licence.valid_to if licence else None,
    )
    places = [Jurisdiction(crossing.from_province), Jurisdiction(crossing.to_province)]
    return assess({"HWTM-27": rules.RULES["HWTM-27"]}, [facts], on=crossing.decided_on, jurisdiction=places)


def contract_file(work: Work, contract_id: UUID) -> StoredFile:
    """The document of a contract the actor may know of.

    Raises:
        NotFound: no such contract of theirs, or it has none.
    """
    contract = contract_for(work, contract_id)
    return _file(work, contract.file_id)


def crossing_file(work: Work, crossing_id: UUID, paper_id: UUID) -> StoredFile:
    """A document of a crossing the actor may know of.

    Raises:
        NotFound: no such crossing of theirs, or no such document.
    """
    crossing = crossing_for(work, crossing_id)
    chosen = select(CrossingPaper.file_id).where(
        CrossingPaper.id == paper_id, CrossingPaper.crossing_id == crossing.id
    )
    return _file(work, work.session.scalar(chosen))


def _file(work: Work, file_id: UUID | None) -> StoredFile:
    row = work.session.get(StoredFile, file_id) if file_id is not None else None
    if row is None:
        raise NotFound(say("没有这个文件"))
    return row
