"""Something goes wrong on the way: reported at once, settled by the consignor, closed by the park (ECC 540)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.parties.licences.operations import release_capacity
from app.waste.consignments.commands.road import CloseIncident, ReportIncident, SettleIncident
from app.waste.consignments.events import ConsignmentEvent
from app.waste.consignments.models import Consignment, ConsignmentIncident, Verdict
from app.waste.consignments.naming import called
from app.waste.consignments.operations.content import typed_code
from app.waste.consignments.operations.handling import Change, back_in_store, change_containers
from app.waste.consignments.operations.opening import open_consignment, open_papers, record, touch
from app.waste.consignments.operations.stops import open_incident
from app.waste.consignments.policy import parties_of
from app.waste.consignments.queries import Item, Papers
from app.waste.consignments.workflow import GATES, ConsignmentAct, ConsignmentState, Party
from app.waste.registry.models import PlaceKind
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.models import ContainerState

CLOCKS_DIFFER: Final = timedelta(minutes=10)


def report_incident(work: Work, key: UUID | str, command: ReportIncident) -> Consignment:
    """Anybody of the manifest, or the park, tells of it; nothing moves in the ledger yet.

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: no place or description, or a time before the departure or still to come.
    """
    consignment = open_consignment(work, key, ConsignmentAct.REPORT_INCIDENT, command.seen_version)
    occurred_at = command.occurred_at or work.now
    if problems := list(_report_problems(work, consignment, command)):
        raise InvalidInput(problems)
    incident = ConsignmentIncident(
        id=new_id(),
        consignment_id=consignment.id,
        kind=command.kind,
        reported_by=_reporter(work, consignment),
        user_id=work.actor.user_id,
        place=command.place.strip(),
        description=command.description.strip(),
        authority_note=command.authority_note.strip(),
        occurred_at=occurred_at,
        reported_at=work.now,
        settled_at=None,
        lost_mass=None,
        closed_at=None,
    )
    work.session.add(incident)
    consignment.move_to(ConsignmentState.INCIDENT)
    record(work, ConsignmentEvent.INCIDENT_REPORTED, consignment, changed=[incident])
    return consignment


def _report_problems(work: Work, consignment: Consignment, command: ReportIncident) -> Iterable[FieldProblem]:
    if not command.place.strip():
        yield FieldProblem("#/place", say("请填写地点"))
    if not command.description.strip():
        yield FieldProblem("#/description", say("请说明发生了什么"))
    at, left_at = command.occurred_at, consignment.departed_at
    if at is not None and (at > work.now + CLOCKS_DIFFER or (left_at is not None and at < left_at)):
        yield FieldProblem("#/occurred_at", say("发生时间应在起运之后，且不晚于现在"))


def _reporter(work: Work, consignment: Consignment) -> Party:
    """As which party the actor reports: who carries comes first."""
    held = parties_of(work.actor, consignment) & GATES[ConsignmentAct.REPORT_INCIDENT].by
    order = (Party.CARRIER, Party.CONSIGNOR, Party.CONSIGNEE, Party.PARK)
    return next(party for party in order if party in held)


def settle_incident(work: Work, key: UUID | str, command: SettleIncident) -> Consignment:
    """The consignor states what is lost of each container; the rest is recovered. Until it is closed, as often as needed.

    Where the load goes on, the consignee finds the loss on its scale and settles it as a difference (7.6).

    Raises:
        NotFound, NotPermitted, VersionConflict, Conflict: see `open_consignment`.
        InvalidInput: a container is none of this consignment's, or more is lost than was sent.
    """
    papers = open_papers(work, key, ConsignmentAct.SETTLE_INCIDENT, command.seen_version)
    consignment = papers.consignment
    lost = _lost(papers, command.lost)
    for item in papers.items:
        item.consigned.lost_mass = lost.get(item.container.id, Grams(0))
    incident = open_incident(work, consignment)
    incident.settled_at, incident.lost_mass = work.now, Grams(sum(lost.values()))
    touch(consignment)
    record(work, ConsignmentEvent.INCIDENT_SETTLED, consignment, changed=[incident, *papers.consigned])
    return consignment


def _lost(papers: Papers, stated: Mapping[str, Grams]) -> dict[UUID, Grams]:
    """Grams by container.

    Raises:
        InvalidInput: see `settle_incident`.
    """
    known: dict[UUID | str, Item] = {}
    for item in papers.items:
        known |= dict.fromkeys((item.container.id, item.container.code, item.container.short_code), item)
    found: dict[UUID, Grams] = {}
    problems = []
    for code, mass in stated.items():
        item_named = known.get(typed_code(code))
        if item_named is None:
            problems.append(FieldProblem(f"#/lost/{code}", say("联单上没有这个容器")))
        elif not 0 <= mass <= item_named.consigned.sent_mass:
            most = kg_text(item_named.consigned.sent_mass)
            name = called(item_named.container)
            text = say("容器 {code} 移出 {most} kg，损失不能多于它", code=name, most=most)
            problems.append(FieldProblem(f"#/lost/{code}", text))
        else:
            found[item_named.container.id] = mass
    if problems:
        raise InvalidInput(problems)
    return found


def close_incident(work: Work, key: UUID | str, command: CloseIncident) -> Consignment:
    """The park closes it: what is lost leaves the ledger as loss, the rest is back at the consignor's site, unplaced.

    Containers keep their code and age; a lighter one needs a new label, one that is gone is voided.

    Raises:
        NotFound, NotPermitted, VersionConflict: see `open_consignment`.
        Conflict: it is no incident, or the consignor has not stated what is lost.
    """
    papers = open_papers(work, key, ConsignmentAct.CLOSE_INCIDENT, command.seen_version)
    consignment = papers.consignment
    incident = open_incident(work, consignment)
    if incident.settled_at is None:
        raise Conflict(say("移出人尚未登记损失和回收量，登记后才能结案"))
    event_id = new_id()
    moves = [move for item in papers.items for move in _ends(work, papers, item)]
    post(work, [*moves, *_loose(work, papers)], event_id=event_id)
    release_capacity(work, consignment.id, event_id=event_id)
    for item in papers.items:
        item.consigned.verdict = item.consigned.verdict if _recovered(item) else Verdict.LOST
    change_containers(work, [_brought_back(papers, item) for item in papers.items])
    incident.closed_at = consignment.closed_at = work.now
    consignment.next_carrier_id = None
    consignment.move_to(ConsignmentState.CLOSED_INCIDENT)
    record(
        work,
        ConsignmentEvent.INCIDENT_CLOSED,
        consignment,
        changed=[incident, *papers.containers, *papers.consigned],
        event_id=event_id,
    )
    return consignment


def _ends(work: Work, papers: Papers, item: Item) -> Iterable[Move]:
    """Where a container's mass goes: what is lost, and what is recovered."""
    transit = Place(PlaceKind.CONSIGNMENT, papers.consignment.id)
    ends = {
        Place(PlaceKind.LOSS, papers.consignment.id): _lost_of(item),
        Place(PlaceKind.UNPLACED, papers.consignor_site.id): _recovered(item),
    }
    for target, mass in ends.items():
        if mass:
            yield Move(
                stream_id=item.line.stream_id,
                container_id=item.container.id,
                mass=mass,
                source=transit,
                target=target,
                effective_on=work.today,
            )


def _loose(work: Work, papers: Papers) -> Iterable[Move]:
    """General waste without containers: all of it is back."""
    for line in () if papers.items else papers.lines:
        yield Move(
            stream_id=line.stream_id,
            mass=line.sent_mass,
            source=Place(PlaceKind.CONSIGNMENT, papers.consignment.id),
            target=Place(PlaceKind.UNPLACED, papers.consignor_site.id),
            effective_on=work.today,
        )


def _lost_of(item: Item) -> Grams:
    return item.consigned.lost_mass or Grams(0)


def _recovered(item: Item) -> Grams:
    return Grams(item.consigned.sent_mass - _lost_of(item))


def _brought_back(papers: Papers, item: Item) -> Change:
    """Not in a zone yet: putting it away enters it into the store again. What is gone is voided as it was."""
    container, left = item.container, _recovered(item)
    recovered = back_in_store(container)
    values = {
        **recovered.values,
        "site_id": papers.consignor_site.id,
        "net": left or container.net,
        "gross": left + container.tare if left and container.tare is not None else container.gross,
    }
    return Change(container, recovered.state if left else ContainerState.VOIDED, values)
