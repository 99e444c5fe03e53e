"""General waste in the mass ledger: out of its batches, on the road, to the receiver or back."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import select

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.errors import Conflict
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import assess
from app.foundation.rulebook.rules import Act
from app.waste.consignments.commands.general import AcceptLoad, TakeBack
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, ConsignmentLine, DiscrepancyKind, Opinion, Signature
from app.waste.consignments.operations.general_drafting import ensure_masses
from app.waste.consignments.operations.opening import ensure_rules_allow, open_papers, outcomes, record
from app.waste.consignments.queries import Papers
from app.waste.consignments.rules import weights
from app.waste.consignments.rules.weights import ReceiptMassFacts
from app.waste.consignments.signing import sign
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState, Party
from app.waste.registry.batches import Purpose, batches_with_mass, first_in_first_out
from app.waste.registry.methods import is_utilisation
from app.waste.registry.models import Balance, BatchState, PlaceKind, WasteBatch, WasteStream
from app.waste.registry.operations.batches import Drawn, dispatch_line, place_of, post_drawn, take_from
from app.waste.registry.posting import Move, Place, post

ROAD = "公路"
"""Mode of transport in table 3; a text of the official table, not of a screen."""
MASS_RULES = {rule_id: weights.RULES[rule_id] for rule_id in ("DISC-1", "DISC-2")}


def send_off(work: Work, papers: Papers, event_id: UUID) -> list[WasteBatch]:
    """Draw every line from its batches into transit, with its lines of table 3 of the ledger guide; gives the batches.

    Four statements a line.

    Raises:
        Conflict: less lies there than was loaded.
    """
    transit = Place(PlaceKind.CONSIGNMENT, papers.consignment.id)
    vouched = _vouched_by(work, papers.consignment.id)
    batches = []
    in_one_order = sorted(papers.lines, key=lambda line: line.stream_id)
    for line in in_one_order:  # so that two loads of the same wastes wait for each other
        held = batches_with_mass(work, line.stream_id, line.batch_id)
        if (there := sum(mass for _, mass in held)) < line.sent_mass:
            raise Conflict(
                say(
                    "{waste} 现有 {held} kg，不足 {wanted} kg，请核对台账或改装车量",
                    waste=line.waste_name,
                    held=kg_text(Grams(there)),
                    wanted=kg_text(line.sent_mass),
                )
            )
        drawn = take_from(work, held, line.sent_mass)
        stream = work.session.get_one(WasteStream, line.stream_id)
        post_drawn(
            work,
            stream,
            drawn,
            transit,
            event_id,
            destination=papers.consignee.name if papers.consignee else "",
            keeper="",
            line=partial(_table_3, work, papers, stream, vouched),
        )
        batches += [one.batch for one in drawn]
    return batches


def _vouched_by(work: Work, consignment_id: UUID) -> str:
    """Who signed for the consignor; one statement."""
    of_consignor = (Signature.consignment_id == consignment_id, Signature.party == Party.CONSIGNOR)
    chosen = select(Signature.name).where(*of_consignor, Signature.leg > 0)
    return work.session.scalar(chosen.order_by(Signature.signed_at.desc()).limit(1)) or ""


def _purpose(papers: Papers) -> Purpose:
    is_use = is_utilisation(papers.consignment.planned_method)
    return Purpose.ENTRUSTED_USE if is_use else Purpose.ENTRUSTED_DISPOSAL


def _table_3(
    work: Work, papers: Papers, stream: WasteStream, vouched: str, drawn: Drawn, posting_id: UUID
) -> dict[str, object]:
    return dispatch_line(
        work,
        stream,
        drawn,
        posting_id,
        _purpose(papers),
        papers.consignment.planned_method,
        papers.consignee.name if papers.consignee else "",
        operator=vouched,
        carrier=papers.carrier.name if papers.carrier else "",
        plate=printed_plate(papers.vehicle.plate) if papers.vehicle else "",
        transport_mode=ROAD,
        consignment=papers.consignment.number,
    )


def accept_load(work: Work, key: UUID | str, command: AcceptLoad) -> Consignment:
    """The consignee signs for what arrived, line by line; what differs from what was loaded is posted beside it.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: a line has no mass, or a mass no line.
        RuleViolated: sent and received differ much and nobody says why (DISC-2).
    """
    papers = open_papers(work, key, ConsignmentAct.ACCEPT_LOAD, command.seen_version)
    consignment = papers.consignment
    masses = {line.line_number: line.sent_mass for line in papers.lines} | dict(command.masses)
    ensure_masses(papers, masses)
    received = Grams(sum(masses.values()))
    note = command.note.strip()
    facts = ReceiptMassFacts(
        subject_id=consignment.id, sent=consignment.sent_mass, received=received, is_resolved=bool(note)
    )
    findings = assess(MASS_RULES, [facts], on=work.today, jurisdiction=papers.jurisdictions)
    ensure_rules_allow(work, findings, Act.ACCEPT, {})

    event_id = new_id()
    post(work, list(_receipts(work, papers, masses)), event_id=event_id)
    _judge(work, papers, masses, note)
    signature = sign(work, papers, Party.CONSIGNEE)
    record(
        work,
        ConsignmentEvent.ACCEPTED,
        consignment,
        changed=[signature, *papers.lines],
        event_id=event_id,
        **outcomes(findings),
    )
    return consignment


def _judge(work: Work, papers: Papers, masses: Mapping[int, Grams], note: str) -> None:
    consignment = papers.consignment
    for line in papers.lines:
        line.received_mass = masses[line.line_number]
        line.opinion, line.method_code = Opinion.ACCEPT, consignment.planned_method
    consignment.received_mass = Grams(sum(masses.values()))
    consignment.move_to(ConsignmentState.ACCEPTED)
    consignment.opinion, consignment.closed_at = Opinion.ACCEPT, work.now
    if note:
        consignment.discrepancy, consignment.discrepancy_note = DiscrepancyKind.QUANTITY, note
        consignment.consignor_informed_at = work.now


def _receipts(work: Work, papers: Papers, masses: Mapping[int, Grams]) -> Iterator[Move]:
    """From transit to its end at the consignee's, and the difference of the scales to where differences lie."""
    consignment = papers.consignment
    assert consignment.consignee_site_id is not None  # required since the submission
    kind = PlaceKind.UTILISED if _purpose(papers) is Purpose.ENTRUSTED_USE else PlaceKind.DISPOSED
    end = Place(kind, consignment.consignee_site_id)
    transit = Place(PlaceKind.CONSIGNMENT, consignment.id)
    difference = Place(PlaceKind.WEIGHING_DIFFERENCE, consignment.id)
    moving = _in_transit(work, consignment.id)
    for line in papers.lines:
        own = _of_line(line, moving)
        received = masses[line.line_number]
        for (batch_id, mass), share in zip(
            own, first_in_first_out([m for _, m in own], received), strict=True
        ):
            if share:
                yield Move(line.stream_id, share, transit, end, work.today, batch_id)
            if mass > share:
                yield Move(line.stream_id, Grams(mass - share), transit, difference, work.today, batch_id)
        if (more := received - sum(mass for _, mass in own)) > 0:
            yield Move(line.stream_id, Grams(more), difference, end, work.today, own[-1][0])


def take_back(work: Work, key: UUID | str, command: TakeBack) -> Consignment:
    """The refused load is back with the consignor: in the batches it came from, and where those lie.

    A batch that had been emptied lies at the site until somebody puts it into a zone again.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
    """
    papers = open_papers(work, key, ConsignmentAct.TAKE_BACK, command.seen_version)
    consignment = papers.consignment
    moving = _in_transit(work, consignment.id)
    chosen = select(WasteBatch).where(WasteBatch.id.in_({batch_id for _, batch_id in moving}))
    batches = {batch.id: batch for batch in work.session.scalars(chosen.with_for_update())}
    transit = Place(PlaceKind.CONSIGNMENT, consignment.id)
    moves = [
        Move(stream_id, mass, transit, place_of(batches[batch_id]), work.today, batch_id)
        for (stream_id, batch_id), mass in moving.items()
    ]
    event_id = new_id()
    post(work, moves, event_id=event_id)
    for batch in batches.values():
        if batch.state is BatchState.OUT:
            batch.state = BatchState.CLOSED
    consignment.move_to(ConsignmentState.RETURNED)
    record(
        work, ConsignmentEvent.LOAD_RETURNED, consignment, changed=list(batches.values()), event_id=event_id
    )
    return consignment


def _in_transit(work: Work, consignment_id: UUID) -> dict[tuple[UUID, UUID], Grams]:
    """What the ledger has on the road, by stream and batch, oldest batch first; one statement."""
    rows = work.session.execute(
        select(Balance.stream_id, Balance.container_id, Balance.mass)
        .join(WasteBatch, WasteBatch.id == Balance.container_id)
        .where(
            Balance.place_kind == PlaceKind.CONSIGNMENT, Balance.place_id == consignment_id, Balance.mass > 0
        )
        .order_by(WasteBatch.opened_on, WasteBatch.code)
    )
    return {(stream_id, batch_id): Grams(int(mass)) for stream_id, batch_id, mass in rows}


def _of_line(
    line: ConsignmentLine, moving: Mapping[tuple[UUID, UUID], Grams]
) -> Sequence[tuple[UUID, Grams]]:
    return [(batch_id, mass) for (stream_id, batch_id), mass in moving.items() if stream_id == line.stream_id]
