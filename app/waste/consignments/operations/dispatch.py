"""Loading, the signatures of both sides, and the departure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.foundation.core.errors import Conflict, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.foundation.trace.models import Traced
from app.waste.clearances.looking_up import draw_on_clearances
from app.waste.consignments.commands import LoadContainer, SignConsignment, StartLoading
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.facts import transfer_of
from app.waste.consignments.facts.parts import sent_masses
from app.waste.consignments.models import ConsignedContainer, Consignment
from app.waste.consignments.naming import called
from app.waste.consignments.operations.consenting import consignor_by_consent
from app.waste.consignments.operations.content import typed_code
from app.waste.consignments.operations.general_moving import send_off
from app.waste.consignments.operations.handling import Change, change_containers
from app.waste.consignments.operations.ledger import enter_stock_out
from app.waste.consignments.operations.opening import (
    ensure_rules_allow,
    open_consignment,
    open_papers,
    outcomes,
    record,
)
from app.waste.consignments.policy import ensure_all_loaded, ensure_not_signed, next_act
from app.waste.consignments.queries import Papers, consignment_for
from app.waste.consignments.signing import sign
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState, Party
from app.waste.registry.models import PlaceKind, WasteKind
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.models import Container, ContainerState


def start_loading(work: Work, key: UUID | str, command: StartLoading) -> Consignment:
    """The vehicle stands at the consignor's; its containers may be scanned onto it.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
    """
    consignment = open_consignment(work, key, ConsignmentAct.START_LOADING, command.seen_version)
    consignment.move_to(ConsignmentState.LOADING)
    consignment.loading_at = work.now
    record(work, ConsignmentEvent.LOADING_STARTED, consignment)
    return consignment


def load_container(work: Work, key: UUID | str, command: LoadContainer) -> Consignment:
    """Scan one container onto the vehicle.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`; also when the code is none of this
            consignment's: such a container must not be loaded (HWTM-13-3).
        Conflict: it is loaded already, or the consignment is not being loaded.
    """
    consignment = open_consignment(work, key, ConsignmentAct.LOAD_CONTAINER, command.seen_version)
    ensure_not_signed(consignment)
    consigned, container = consigned_container(work, consignment, command.code)
    if consigned.loaded_at is not None:
        raise Conflict(say("容器 {code} 已扫码装车", code=called(container)))
    container.move_to(ContainerState.LOADED)
    consigned.loaded_at = work.now
    consignment.loaded_count += 1
    record(work, ConsignmentEvent.CONTAINER_LOADED, consignment, changed=[container, consigned])
    return consignment


def consigned_container(
    work: Work, consignment: Consignment, code: str
) -> tuple[ConsignedContainer, Container]:
    """The container of a consignment that bears a scanned or typed code, both rows locked.

    Raises:
        NotFound: the code is none of this consignment's.
    """
    key = typed_code(code)
    is_it = (
        Container.id == key
        if isinstance(key, UUID)
        else or_(Container.code == key, Container.short_code == key)
    )
    row = work.session.execute(
        select(ConsignedContainer, Container)
        .join(Container, Container.id == ConsignedContainer.container_id)
        .where(ConsignedContainer.consignment_id == consignment.id, is_it)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound(say("联单 {number} 上没有这个容器，请核对标签", number=consignment.number))
    return row[0], row[1]


def sign_as_consignor(work: Work, key: UUID | str, command: SignConsignment) -> Consignment:
    """The consignor vouches for what is on the vehicle.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: a container is not loaded yet, or the consignor signed already.
    """
    papers = open_papers(work, key, ConsignmentAct.SIGN_AS_CONSIGNOR, command.seen_version)
    consignment = papers.consignment
    ensure_not_signed(consignment)
    ensure_all_loaded(consignment)
    signature = sign(work, papers, Party.CONSIGNOR)
    consignment.consignor_signed_at = work.now
    record(work, ConsignmentEvent.SIGNED, consignment, changed=[signature])
    return consignment


def sign_as_carrier(work: Work, key: UUID | str, command: SignConsignment) -> Consignment:
    """The driver takes the load over and leaves: every container goes from its zone into transit.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: the consignor neither signed nor gave its standing consent, or a zone doesn't hold what the labels say.
        RuleViolated: what stops a submission, by today's papers; and besides no national number (HWTM-6, -11-1), no
            contract (HWTM-10-1), labels that differ (HWTM-13-3), or any other violation the departure would create.
    """
    papers = open_papers(work, key, ConsignmentAct.SIGN_AS_CARRIER, command.seen_version)
    consignment = papers.consignment
    vouched = [consignor_by_consent(work, papers)] if consignment.consignor_signed_at is None else []
    acceptance_on = max(consignment.due_on or work.today, work.today)
    transfer = transfer_of(work, papers, departs_on=work.today, acceptance_on=acceptance_on)
    findings, licence = transfer.findings, transfer.licence
    overrides = ensure_rules_allow(work, findings, Act.DISPATCH, command.overrides)

    event_id = new_id()
    moved = _leave_store(work, papers, event_id)
    draw_on_clearances(
        work,
        transfer.clearances,
        sent_masses(papers),
        consignment.planned_method,
        consignment_id=consignment.id,
        event_id=event_id,
    )
    signature = sign(work, papers, Party.CARRIER)
    consignment.move_to(ConsignmentState.IN_TRANSIT)
    consignment.departed_at = work.now
    for leg in papers.legs[:1]:
        leg.taken_over_at = work.now
    consignment.licence_id = licence.id if licence else consignment.licence_id
    record(
        work,
        ConsignmentEvent.DEPARTED,
        consignment,
        changed=[*vouched, signature, *papers.legs[:1], *moved],
        event_id=event_id,
        **outcomes(findings, overrides),
    )
    store_overrides(work, overrides, event_id)
    return consignment


def _leave_store(work: Work, papers: Papers, event_id: UUID) -> Sequence[Traced]:
    """Post what leaves and enter it into the ledger; gives the containers or batches that it left."""
    if papers.consignment.kind is WasteKind.GENERAL:
        return send_off(work, papers, event_id)
    enter_stock_out(work, papers, post(work, list(_departures(work, papers)), event_id=event_id))
    on_the_road = {"zone_id": None}
    change_containers(
        work, [Change(container, ContainerState.IN_TRANSIT, on_the_road) for container in papers.containers]
    )
    return papers.containers


def sign_what_is_due(work: Work, key: UUID | str, seen_version: int) -> Consignment:
    """The actor's signature as consignor or carrier, whichever is due: for signing many at once. A consignee signs for
    each load by itself, after its four checks.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: no signature of the actor's is due; also whatever the signature itself refuses.
    """
    due = next_act(work.actor, consignment_for(work, key))
    command = SignConsignment(seen_version)
    if due is ConsignmentAct.SIGN_AS_CONSIGNOR:
        return sign_as_consignor(work, key, command)
    if due is ConsignmentAct.SIGN_AS_CARRIER:
        return sign_as_carrier(work, key, command)
    raise Conflict(say("这份联单现在不需要你签署"))


def _departures(work: Work, papers: Papers) -> Iterable[Move]:
    transit = Place(PlaceKind.CONSIGNMENT, papers.consignment.id)
    for item in papers.items:
        yield Move(
            stream_id=item.line.stream_id,
            container_id=item.container.id,
            mass=item.consigned.sent_mass,
            source=Place(PlaceKind.ZONE, item.consigned.zone_id),
            target=transit,
            effective_on=work.today,
        )
