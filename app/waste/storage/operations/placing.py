"""Put-away and moves, with all rules of the place checked live."""

from uuid import UUID

from app.foundation import trace
from app.foundation.core.errors import Conflict
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import RuleFinding, assess
from app.foundation.rulebook.decision import created_since, ensure_allowed
from app.foundation.rulebook.models import store_overrides
from app.foundation.rulebook.rules import Act
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import PlaceKind, WasteStream
from app.waste.registry.operations.handling import Handled, Handling, record_stock_in
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.commands import PutAway
from app.waste.storage.facts import ZoneView, container_and_zone, put_away_facts, zone_view
from app.waste.storage.models import FACILITY_TYPE_WORDS, STATE_WORDS, Container, ContainerState
from app.waste.storage.operations.containers import ensure_seen
from app.waste.storage.policy import ensure_may_place, ensure_own_or_overridden
from app.waste.storage.queries import ContainerRow
from app.waste.storage.rules import RULES

S = ContainerState
MAY_BE_PUT = {
    S.WEIGHED: S.STORED,
    S.STORED: S.STORED,
    S.ACCEPTED: S.STORED_AT_CONSIGNEE,
    S.STORED_AT_CONSIGNEE: S.STORED_AT_CONSIGNEE,
}
"""From which state a container may be put into a zone, and what it is then."""


def put_away(work: Work, key: UUID | str, command: PutAway) -> Container:
    """As `put_away_row`, for who needs no more than the container."""
    return put_away_row(work, key, command).container


def put_away_row(work: Work, key: UUID | str, command: PutAway) -> ContainerRow:
    """Put a weighed container into a zone, or move it to another zone; gives it as lists show it.

    The first time it enters a store it gets its line of table B.2. Rules checked, all at once: zone assignment (GB 18597-2023 4.3), compatibility within the zone
    and unseparated neighbours (4.3, 6.1.2), capacity (4.2), 3 t at a storage spot (8.3.5).

    Raises:
        NotFound: no such container or zone of the actor's.
        NotPermitted: the actor neither handles containers nor overrides a rule with this act.
        Conflict: not weighed yet, on its way, or in that zone already.
        VersionConflict: it changed since the actor saw it.
        RuleViolated: carries every rule finding that stops it or waits for a reason.
    """
    ensure_may_place(work.actor)
    container, stream, view = container_and_zone(work, key, command.zone_id)
    ensure_seen(container, command.seen_version)
    _ensure_may_be_put(container)
    ensure_holder_stands_here(container, view)
    overrides = ensure_allowed(
        put_away_findings(work, container, stream, view),
        act=Act.PUT_AWAY if container.zone_id is None else Act.MOVE,
        overrides=command.overrides,
        may_override=work.actor.may(Permission.RULES_OVERRIDE),
        created=created_since(_standing_findings(work, container, stream)),
    )
    ensure_own_or_overridden(work.actor, overrides)
    source = place_of(container)
    previous = container.zone_id
    container.move_to(MAY_BE_PUT[container.state])
    container.zone_id = view.zone.id
    container.stored_at = container.stored_at or work.now
    event_id = trace.record(
        work,
        "container.stored" if previous is None else "container.moved",
        container,
        about=[view.zone, view.facility, *([("zone", previous)] if previous else [])],
        park_id=container.park_id,
        overridden=sorted(override.rule_id for override in overrides),
    )
    store_overrides(work, overrides, event_id)
    assert container.net is not None
    move = Move(
        stream_id=container.stream_id,
        mass=container.net,
        source=source,
        target=Place(PlaceKind.ZONE, view.zone.id),
        effective_on=work.today,
        container_id=container.id,
    )
    [posting_id] = post(work, [move], event_id=event_id)
    if previous is None:
        enter_store(work, container, stream, view, posting_id, mover=command.mover, keeper=command.keeper)
    return ContainerRow(container, stream, view.zone, view.facility)


def enter_store(
    work: Work,
    container: Container,
    stream: WasteStream,
    view: ZoneView,
    posting_id: UUID,
    *,
    mover: str = "",
    keeper: str = "",
) -> None:
    """The line of table B.2 of a container that was posted into a zone; a move from zone to zone has none."""
    assert container.net is not None
    package = Handled(
        posting_id=posting_id,
        stream_id=stream.id,
        mass=container.net,
        local_name=stream.local_name,
        waste_name=stream.waste_name,
        container_id=container.id,
        container_code=container.code,
        container_kind=container.package,
        source_batch=container.batch_number,
        facility_code=view.facility.code,
        facility_type=FACILITY_TYPE_WORDS[view.facility.type].msgid,
    )
    handling = Handling(
        view.facility.organisation_id,
        view.facility.site_id,
        happened_at=work.now,
        mover=mover,
        keeper=keeper,
    )
    record_stock_in(work, handling, [package])


def put_away_findings(
    work: Work, container: Container, stream: WasteStream, view: ZoneView
) -> list[RuleFinding]:
    """What the rules say of a container in a zone, passes included: for the act and for zone proposals."""
    return assess(
        RULES,
        put_away_facts(container, stream, view, inbound=container.zone_id != view.zone.id),
        on=work.today,
        jurisdiction=view.jurisdiction,
    )


def _standing_findings(work: Work, container: Container, stream: WasteStream) -> list[RuleFinding]:
    """What the rules say of the container where it stands now; a move is not to blame for that."""
    if container.zone_id is None:
        return []
    return put_away_findings(work, container, stream, zone_view(work, container.zone_id))


def place_of(container: Container) -> Place:
    """Where the ledger has a container that stands somewhere: its zone, or the site's unplaced or outbound mass."""
    if container.zone_id is not None:
        return Place(PlaceKind.ZONE, container.zone_id)
    if container.state is ContainerState.OUTBOUND:
        return Place(PlaceKind.OUTBOUND, container.site_id)
    return Place(PlaceKind.UNPLACED, container.site_id)


def _ensure_may_be_put(container: Container) -> None:
    if container.net is None:
        raise Conflict(say("容器 {code} 尚未称重，称重后才能入库", code=container.code))
    if container.state not in MAY_BE_PUT:
        raise Conflict(
            say(
                "容器 {code} 当前为“{state}”，不能入库或移位",
                code=container.code,
                state=STATE_WORDS[container.state],
            )
        )


def ensure_holder_stands_here(container: Container, view: ZoneView) -> None:
    """Pass if the zone is its holder's, at the site where the container is, and another than it stands in.

    Raises:
        Conflict: it isn't.
    """
    if view.facility.organisation_id != container.holder_id:
        raise Conflict(say("容器现由其他单位持有，不能放入这个分区"))
    if view.facility.site_id != container.site_id:
        raise Conflict(say("容器在另一个场所；场所之间的移动须办理转移"))
    if view.zone.id == container.zone_id:
        raise Conflict(say("容器已在分区 {zone}", zone=view.zone.code))
