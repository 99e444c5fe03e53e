"""Mass from package to package: repacked, split, merged, regrouped. Nothing is lost and nothing grows younger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.foundation import trace
from app.foundation.core.bulk import insert_many
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.foundation.rulebook.assessment import assess
from app.foundation.rulebook.decision import ensure_allowed
from app.foundation.rulebook.rules import Act
from app.parties.accounts.models import Organisation
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import PlaceKind, WasteKind, WasteStream
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may
from app.waste.registry.posting import Move, Place, post
from app.waste.storage.ageing import since_of
from app.waste.storage.commands import MergeContainers, NewPackage, RepackContainer, SplitContainer
from app.waste.storage.compatibility import groups_of
from app.waste.storage.facts import jurisdiction_of, nature_of
from app.waste.storage.models import Container, ContainerLink, ContainerState, LinkKind
from app.waste.storage.numbering import draw_container_code, draw_short_codes
from app.waste.storage.operations.containers import MAX_VOLUME_ML, PACKAGES
from app.waste.storage.operations.filling import held_container
from app.waste.storage.operations.placing import place_of
from app.waste.storage.package_types import Material
from app.waste.storage.policy import ensure_may_open
from app.waste.storage.queries import containers_for
from app.waste.storage.rules import RULES, Occupant
from app.waste.storage.rules.placing import MixingFacts
from app.waste.storage.weights import MAX_NET

MOST_PARTS = 20
"""New packages of one split, and containers of one merger: platform limit."""

S = ContainerState
AT_CONSIGNEE = frozenset({S.ACCEPTED, S.STORED_AT_CONSIGNEE})
MIXED = "ECC-535-1"
"""Incompatible wastes are not mixed."""


@dataclass(frozen=True)
class Transfer:
    """Mass that goes from one package into another."""

    parent: Container
    child: Container
    mass: Grams


def repack_container(work: Work, key: UUID | str, command: RepackContainer) -> Container:
    """Put all of a package into a new one, with a new code of the same day: it stays as old as it is.

    The new label is due, the old code is void. Gives the new container.

    Raises:
        NotFound, NotPermitted: not the actor's, or in other hands.
        Conflict: not weighed, locked for a consignment, on its way, or gone.
        VersionConflict: it changed since the actor saw it.
        InvalidInput: names every wrong field.
    """
    parent = _opened(work, key, command.seen_version)
    if wrong := _package_problems(command.package, "#/package"):
        raise InvalidInput(wrong)
    assert parent.net is not None
    stream = work.session.get_one(WasteStream, parent.stream_id)
    [child] = _children(work, stream, [parent], [(parent.net, command.package)], in_place=True)
    _transfer(work, "container.repacked", LinkKind.REPACKED, [Transfer(parent, child, parent.net)])
    return child


def split_container(work: Work, key: UUID | str, command: SplitContainer) -> list[Container]:
    """Put parts of a package into new ones of the same waste and age; what is left stays under its old code.

    Gives the new containers, in the order of the parts.

    Raises:
        NotFound, NotPermitted: not the actor's, or in other hands.
        Conflict: not weighed, locked for a consignment, on its way, or gone.
        VersionConflict: it changed since the actor saw it.
        InvalidInput: no parts, too many, more than there is, or a wrong package.
    """
    parent = _opened(work, key, command.seen_version)
    assert parent.net is not None
    wrong = [
        problem
        for place, part in enumerate(command.parts)
        for problem in _package_problems(part.package, f"#/parts/{place}/package")
    ]
    wrong += [
        FieldProblem(f"#/parts/{place}/mass_kg", say("分出的质量要大于 0"))
        for place, part in enumerate(command.parts)
        if part.mass <= 0
    ]
    total = sum(part.mass for part in command.parts)
    if not 0 < len(command.parts) <= MOST_PARTS:
        wrong.append(FieldProblem("#/parts", say("一次可分出 1 到 {most} 个容器", most=MOST_PARTS)))
    elif total > parent.net:
        text = say("合计 {total} kg，多于容器内的 {net} kg", total=kg_text(total), net=kg_text(parent.net))
        wrong.append(FieldProblem("#/parts/0/mass_kg", text))
    if wrong:
        raise InvalidInput(wrong)
    stream = work.session.get_one(WasteStream, parent.stream_id)
    packages = [(part.mass, part.package) for part in command.parts]
    children = _children(work, stream, [parent], packages, in_place=True)
    transfers = [Transfer(parent, child, mass) for child, (mass, _) in zip(children, packages, strict=True)]
    _transfer(work, "container.split", LinkKind.SPLIT, transfers)
    return children


def merge_containers(work: Work, command: MergeContainers) -> Container:
    """Put all of several packages into one new one, as old as the oldest of them. Gives the new container.

    Of one waste they stay where they stand. Into another waste is regrouping: the wastes must be known to be
    compatible, and the new container has yet to be put into a zone that may hold it.

    Raises:
        NotFound: none such of the actor's.
        NotPermitted: in other hands.
        Conflict: not weighed, locked, on its way or gone; or they don't stand together.
        InvalidInput: fewer than two, one twice, too many, too heavy, a wrong package or target waste.
        RuleViolated: incompatible, or nobody knows (ECC-535-1).
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    if wrong := [*_package_problems(command.package, "#/package"), *_number_problems(command)]:
        raise InvalidInput(wrong)
    parents = containers_for(work, command.containers)
    for parent in parents:
        ensure_may_open(work.actor, parent)
    total = Grams(sum(_net(parent) for parent in parents))
    if total > MAX_NET:
        raise InvalidInput([FieldProblem("#/containers", say("合并后净重不能超过 60 t"))])
    streams = {id_: work.session.get_one(WasteStream, id_) for id_ in {p.stream_id for p in parents}}
    stream = _target_stream(work, command, parents, streams)
    is_regrouped = set(streams) != {stream.id}
    _ensure_together(parents, same_zone=not is_regrouped)
    if is_regrouped:
        _ensure_compatible(work, parents[0], stream, [*streams.values()])
    [child] = _children(work, stream, parents, [(total, command.package)], in_place=not is_regrouped)
    _transfer(
        work,
        "container.regrouped" if is_regrouped else "container.merged",
        LinkKind.MERGED,
        [Transfer(parent, child, _net(parent)) for parent in parents],
        subject=child,
    )
    return child


def _opened(work: Work, key: UUID | str, seen_version: int | None) -> Container:
    container = held_container(work, key, seen_version)
    ensure_may_open(work.actor, container)
    return container


def _net(container: Container) -> Grams:
    assert container.net is not None  # nothing unweighed is opened
    return container.net


def _package_problems(package: NewPackage, pointer: str) -> list[FieldProblem]:
    wrong = []
    if package.package not in PACKAGES:
        wrong.append(FieldProblem(f"{pointer}/package", say("包装类型应为桶、袋、槽罐或其他")))
    if not 0 < package.volume_ml <= MAX_VOLUME_ML:
        wrong.append(FieldProblem(f"{pointer}/volume_l", say("请填写容器容积（升），大于 0")))
    if package.tare is not None and package.tare < 0:
        wrong.append(FieldProblem(f"{pointer}/tare_kg", say("皮重不能为负")))
    if package.material and package.material not in set(Material):
        wrong.append(FieldProblem(f"{pointer}/material", say("请选择列表中的材质")))
    return wrong


def _number_problems(command: MergeContainers) -> list[FieldProblem]:
    if len(set(command.containers)) != len(command.containers):
        return [FieldProblem("#/containers", say("同一个容器只能选一次"))]
    if not 2 <= len(command.containers) <= MOST_PARTS:
        return [FieldProblem("#/containers", say("一次合并 2 到 {most} 个容器", most=MOST_PARTS))]
    return []


def _target_stream(
    work: Work, command: MergeContainers, parents: Sequence[Container], streams: dict[UUID, WasteStream]
) -> WasteStream:
    if command.stream_id is None:
        if len(streams) > 1:
            text = say("这些容器不是同一种废物；合并为另一种废物须选择合并后的废物")
            raise InvalidInput([FieldProblem("#/stream_id", text)])
        return next(iter(streams.values()))
    stream = streams.get(command.stream_id) or stream_for(work, command.stream_id)
    if stream.kind is not WasteKind.HAZARDOUS or stream.ended_at is not None:
        raise InvalidInput([FieldProblem("#/stream_id", say("只能合并为在用的危险废物种类"))])
    if stream.id not in streams and stream.site_id != parents[0].site_id:
        raise InvalidInput([FieldProblem("#/stream_id", say("请选择本场所的废物"))])
    return stream


def _ensure_together(parents: Sequence[Container], *, same_zone: bool) -> None:
    if len({parent.site_id for parent in parents}) > 1:
        raise Conflict(say("这些容器不在同一个场所，不能合并"))
    if same_zone and len({parent.zone_id for parent in parents}) > 1:
        raise Conflict(say("这些容器不在同一个分区，请先移到一处再合并"))


def _ensure_compatible(
    work: Work, container: Container, target: WasteStream, streams: Sequence[WasteStream]
) -> None:
    """Each waste beside each other and beside what they become; unknown is never compatible."""
    together = {stream.id: stream for stream in (target, *streams)}
    facts = [
        MixingFacts(
            subject_id=container.id,
            stream=str(stream.id),
            groups=groups_of(nature_of(stream)),
            occupants=[
                Occupant(f"{other.local_name} {other.waste_code}", str(other.id), groups_of(nature_of(other)))
                for other in together.values()
            ],
        )
        for stream in together.values()
    ]
    where = jurisdiction_of(work, container.site_id)
    findings = assess({MIXED: RULES[MIXED]}, facts, on=work.today, jurisdiction=where)
    # mixing can't be undone, so nobody may override this
    ensure_allowed(findings, act=Act.MIX, overrides={}, may_override=False)


def _children(
    work: Work,
    stream: WasteStream,
    parents: Sequence[Container],
    packages: Sequence[tuple[Grams, NewPackage]],
    *,
    in_place: bool,
) -> list[Container]:
    """New containers of a waste, as old as the oldest parent and coded for its day; not yet in the ledger."""
    organisation = work.session.get_one(Organisation, stream.organisation_id)
    generated_on = min(parent.generated_on for parent in parents)
    ids = [new_id() for _ in packages]
    short_codes = draw_short_codes(work, "container", ids)
    return [
        Container(
            id=container_id,
            code=_draw_code(work, organisation.credit_code, stream.waste_code, generated_on),
            short_code=short_code,
            organisation_id=organisation.id,
            stream_id=stream.id,
            waste_code=stream.waste_code,
            form=stream.form,
            hazards=sorted({*stream.hazards, *(letter for parent in parents for letter in parent.hazards)}),
            sealed_at=work.now,
            weighed_at=work.now,
            label_prints=0,
            remarks="",
            created_at=work.now,
            **_inherited(parents, in_place=in_place),
            **_filled(package, mass),
        )
        for container_id, short_code, (mass, package) in zip(ids, short_codes, packages, strict=True)
    ]


def _inherited(parents: Sequence[Container], *, in_place: bool) -> dict[str, Any]:
    """What a new container has from those it came from: the day of the oldest, and, in place, where that stands."""
    first = min(parents, key=lambda parent: (since_of(parent), parent.generated_on, parent.id))
    generated_on = min(parent.generated_on for parent in parents)
    is_accepted = any(parent.accepted_on for parent in parents)
    is_at_consignee = is_accepted or any(parent.state in AT_CONSIGNEE for parent in parents)
    zone_id = first.zone_id if in_place else None
    standing = S.STORED_AT_CONSIGNEE if is_at_consignee else S.STORED
    waiting = S.ACCEPTED if is_at_consignee else S.WEIGHED
    return {
        "parent_id": first.id,
        "holder_id": first.holder_id,
        "site_id": first.site_id,
        "park_id": first.park_id,
        "zone_id": zone_id,
        "state": standing if zone_id else waiting,
        "stored_at": first.stored_at if zone_id else None,
        "generated_on": generated_on,
        "generated_at": first.generated_at if first.generated_on == generated_on else None,
        "accepted_on": min(map(since_of, parents)) if is_accepted else None,
        "batch_number": first.batch_number,
        "source_facility": first.source_facility,
        "producer_operator": first.producer_operator,
        "destination": first.destination,
    }


def _filled(package: NewPackage, mass: Grams) -> dict[str, Any]:
    """The package and what is in it."""
    return {
        "local_label": package.local_label.strip(),
        "package": package.package,
        "package_type_id": package.package_type_id,
        "material": package.material,
        "is_closed": package.is_closed,
        "volume_ml": package.volume_ml,
        "gross": None if package.tare is None else Grams(mass + package.tare),
        "tare": package.tare,
        "net": mass,
    }


def _draw_code(work: Work, credit_code: str, waste_code: str, day: date) -> str:
    """A code of the day the waste was generated; when the 999 of that day are used up, one of today."""
    try:
        return str(draw_container_code(work, credit_code, waste_code, day))
    except Conflict:
        if day == work.today:
            raise
        return str(draw_container_code(work, credit_code, waste_code, work.today))


def _transfer(
    work: Work,
    name: str,
    kind: LinkKind,
    transfers: Sequence[Transfer],
    subject: Container | None = None,
) -> None:
    """Write the children, empty the parents, link them and post the mass: one event about all of them."""
    parents = list({transfer.parent.id: transfer.parent for transfer in transfers}.values())
    children = list({transfer.child.id: transfer.child for transfer in transfers}.values())
    moves = [move for transfer in transfers for move in _moves(work, transfer)]
    work.session.add_all(children)
    for parent in parents:
        take_out(parent, Grams(sum(t.mass for t in transfers if t.parent is parent)), S.VOIDED)
    subject = subject or parents[0]
    others = [container for container in (*parents, *children) if container is not subject]
    event_id = trace.record(work, name, subject, changed=others, park_id=subject.park_id)
    insert_many(
        work.session,
        ContainerLink,
        [
            {
                "id": new_id(),
                "parent_id": transfer.parent.id,
                "child_id": transfer.child.id,
                "kind": kind,
                "mass": transfer.mass,
                "event_id": event_id,
            }
            for transfer in transfers
        ],
    )
    post(work, moves, event_id=event_id)


def _moves(work: Work, transfer: Transfer) -> list[Move]:
    parent, child = transfer.parent, transfer.child
    between = Place(PlaceKind.REGROUPED, parent.site_id)
    return [
        Move(parent.stream_id, transfer.mass, place_of(parent), between, work.today, parent.id),
        Move(child.stream_id, transfer.mass, between, place_of(child), work.today, child.id),
    ]


def take_out(container: Container, mass: Grams, emptied: ContainerState) -> None:
    """Note that mass left a package. Emptied, it stands nowhere; a part drawn leaves the rest as old as it was.

    Raises:
        Conflict: its state doesn't allow it.
    """
    if mass == container.net:
        container.move_to(emptied)
        container.zone_id = None
        return
    container.net = Grams(_net(container) - mass)
    container.gross = None if container.gross is None else Grams(container.gross - mass)
    container.fill_percent = None
