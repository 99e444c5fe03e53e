"""Refused containers on their way back: scanned into the consignor's own store, as old as they were."""

from uuid import UUID

from app.foundation.core.errors import Conflict, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.waste.consignments.commands import ReturnContainer
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, Verdict
from app.waste.consignments.naming import called
from app.waste.consignments.operations.discrepancies import item_of
from app.waste.consignments.operations.handling import Change, change_containers
from app.waste.consignments.operations.opening import ensure_rules_allow, open_papers, outcomes, record
from app.waste.consignments.operations.receipt import settle_refusal
from app.waste.consignments.queries import Item, Papers
from app.waste.consignments.workflow import ConsignmentAct, ConsignmentState
from app.waste.registry.models import PlaceKind, WasteStream
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.facts import zone_view
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.operations.placing import (
    ensure_holder_stands_here,
    enter_store,
    put_away_findings,
)


def return_container(work: Work, key: UUID | str, command: ReturnContainer) -> Consignment:
    """Scan one refused container back into a zone of the consignor's own store.

    Its day of generation and of its first storage stay; the ledger has it back from the consignment, with a line of
    table B.2. Once the last one of a refused load is back, the consignment is returned (domain-rules 7.4), and what
    had been missing is a difference to explain.

    Raises:
        NotFound: see `open_consignment`; also when the code is none of this consignment's, or no such zone.
        NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: see `open_consignment`; also when it was accepted, is back already, or the zone is elsewhere.
        RuleViolated: the rules of the place, as at any put-away.
    """
    papers = open_papers(work, key, ConsignmentAct.RETURN_CONTAINERS, command.seen_version)
    item = _coming_back(papers, command.code)
    container = item.container
    view = zone_view(work, command.zone_id, lock=True)
    ensure_holder_stands_here(container, view)
    stream = work.session.get_one(WasteStream, container.stream_id)
    findings = put_away_findings(work, container, stream, view)
    overrides = ensure_rules_allow(work, findings, Act.PUT_AWAY, command.overrides)

    event_id = new_id()
    [posting_id] = post(work, [_move(work, papers, item, command.zone_id)], event_id=event_id)
    placed = {"zone_id": command.zone_id, "consignment_id": None}
    change_containers(work, [Change(container, _at_home(container), placed)])
    enter_store(work, container, stream, view, posting_id, mover=command.mover, keeper=command.keeper)
    item.consigned.verdict = Verdict.RETURNED
    papers.consignment.returned_count += 1
    is_refused = papers.consignment.state is ConsignmentState.REJECTED
    gone = settle_refusal(work, papers, event_id) if is_refused else []
    record(
        work,
        ConsignmentEvent.CONTAINER_RETURNED,
        papers.consignment,
        changed=[item.consigned, container, *gone],
        event_id=event_id,
        **outcomes(findings, overrides),
    )
    store_overrides(work, overrides, event_id)
    return papers.consignment


def _coming_back(papers: Papers, code: str) -> Item:
    item = item_of(papers, code)
    if item is None:
        raise NotFound(say("联单 {number} 上没有这个容器，请核对标签", number=papers.consignment.number))
    if item.consigned.verdict is Verdict.RETURNED:
        raise Conflict(say("容器 {code} 已退回入库", code=called(item.container)))
    if item not in papers.coming_back:
        raise Conflict(say("容器 {code} 没有被拒收，不能退回", code=called(item.container)))
    return item


def _move(work: Work, papers: Papers, item: Item, zone_id: UUID) -> Move:
    return Move(
        stream_id=item.line.stream_id,
        container_id=item.container.id,
        mass=item.consigned.sent_mass,
        source=Place(PlaceKind.CONSIGNMENT, papers.consignment.id),
        target=Place(PlaceKind.ZONE, zone_id),
        effective_on=work.today,
    )


def _at_home(container: Container) -> ContainerState:
    """Waste that its holder had received from others is back among what it received."""
    is_own = container.holder_id == container.organisation_id
    return ContainerState.STORED if is_own else ContainerState.STORED_AT_CONSIGNEE
