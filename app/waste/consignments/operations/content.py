"""What a draft is made of: its containers grouped into lines, and the parties, vehicle and crew it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, literal, or_, select
from sqlalchemy.orm import aliased

from app.foundation.catalogue.codes import national_manifest_number_problem, tidy
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.foundation.documents.qr import ContainerClaim, ShortCodeClaim, parse
from app.parties.accounts.models import Organisation, Park, Site
from app.parties.licences.models import CrewMember, Vehicle
from app.waste.consignments.commands import Draft
from app.waste.consignments.models import (
    ConsignedContainer,
    Consignment,
    ConsignmentLine,
    ConsignmentParent,
    Opinion,
    Verdict,
)
from app.waste.consignments.naming import called
from app.waste.consignments.operations.legs import count_legs, leg_problems
from app.waste.registry.methods import METHODS
from app.waste.registry.models import WasteStream
from app.waste.storage.models import STATE_WORDS, Container, ContainerState

MAX_CONTAINERS = 2000
"""On one vehicle: small packages of a collector count by the thousand."""
IN_STORE = frozenset({ContainerState.STORED, ContainerState.STORED_AT_CONSIGNEE})
"""Whence a container can be consigned: its producer's store, or that of a firm that received it and sends it on."""


@dataclass(frozen=True)
class Load:
    """The containers of a draft, all at one site of the consignor."""

    containers: tuple[tuple[Container, WasteStream], ...]
    site: Site
    park: Park | None

    @property
    def mass(self) -> Grams:
        return Grams(sum(container.net or 0 for container, _ in self.containers))


def typed_code(text: str) -> UUID | str:
    """The id, 37-character code or short code in what was scanned or typed."""
    try:
        return UUID(text)
    except ValueError:
        pass
    match parse(text):
        case ContainerClaim(code=code) | ShortCodeClaim(short_code=code):
            return code
    return tidy(text)


_LOAD: Final = (
    select(Container, WasteStream, Site, Park)
    .join(WasteStream, WasteStream.id == Container.stream_id)
    .join(Site, Site.id == Container.site_id)
    .outerjoin(Park, Park.id == Site.park_id)
    .where(
        Container.holder_id == bindparam("holder"),
        or_(
            Container.id.in_(bindparam("ids", expanding=True)),
            Container.code.in_(bindparam("codes", expanding=True)),
            Container.short_code.in_(bindparam("codes", expanding=True)),
        ),
    )
)


def load_of(work: Work, texts: Sequence[str]) -> Load:
    """The containers named, in that order, each stored and weighed at one site of the actor's firm; one statement.

    Raises:
        InvalidInput: none or too many are named, or one is unknown, named twice, not stored, not weighed, or at
            another site.
    """
    if not 0 < len(texts) <= MAX_CONTAINERS:
        raise InvalidInput(
            [FieldProblem("#/containers", say("请选择 1 至 {most} 个容器", most=MAX_CONTAINERS))]
        )
    keys = [typed_code(text) for text in texts]
    rows = work.session.execute(
        _LOAD,
        {
            "holder": work.actor.organisation_id,
            "ids": [key for key in keys if isinstance(key, UUID)],
            "codes": [key for key in keys if isinstance(key, str)],
        },
    ).all()
    known = {name: row for row in rows for name in (row[0].id, row[0].code, row[0].short_code)}
    found = [known.get(key) for key in keys]
    problems: list[FieldProblem] = []
    seen: set[UUID] = set()
    site_id = next((row[2].id for row in found if row), None)
    for at, row in enumerate(found):
        problem = say("没有这个容器，或它不在你的单位") if row is None else _unfit(row[0], site_id, seen)
        if problem:
            problems.append(FieldProblem(f"#/containers/{at}", problem))
        elif row is not None:
            seen.add(row[0].id)
    if problems:
        raise InvalidInput(problems)
    named = [row for row in found if row is not None]
    return Load(tuple((row[0], row[1]) for row in named), named[0][2], named[0][3])


def _unfit(container: Container, site_id: UUID | None, seen: set[UUID]) -> Text | None:
    if container.id in seen:
        return say("容器 {code} 重复", code=called(container))
    if container.site_id != site_id:
        return say("容器 {code} 在另一个场所；一份联单只能从一个场所移出", code=called(container))
    return not_ready(container)


def not_ready(container: Container) -> Text | None:
    """Why a container can't be consigned yet, and how to mend it; None when it can."""
    if container.state not in IN_STORE or container.zone_id is None:
        return say(
            "容器 {code} 当前为“{state}”，只有在库的容器可以移出",
            code=called(container),
            state=STATE_WORDS[container.state],
        )
    if not container.net:
        return say("容器 {code} 尚未称重，请先称重", code=called(container))
    return None


def take_load(consignment: Consignment, load: Load) -> None:
    """The draft is of this load: its site, park, count and mass."""
    consignment.consignor_site_id, consignment.park_id = load.site.id, load.site.park_id
    consignment.container_count, consignment.sent_mass = len(load.containers), load.mass


def add_lines(
    work: Work, consignment: Consignment, load: Load
) -> tuple[list[ConsignmentLine], list[ConsignedContainer]]:
    """Group the load by stream and package into lines (HWTM 16-b), in the order first met, and add both."""
    groups: dict[tuple[UUID, str], list[tuple[Container, WasteStream]]] = {}
    for container, stream in load.containers:
        groups.setdefault((stream.id, container.package), []).append((container, stream))
    lines, items = [], []
    for number, group in enumerate(groups.values(), start=1):
        lines.append(_line(consignment, number, group))
        items += [_item(consignment, lines[-1], container) for container, _ in group]
    work.session.add_all(lines)
    work.session.flush()  # lines before what refers to them
    work.session.add_all(items)
    return lines, items


def add_parents(work: Work, consignment: Consignment, load: Load) -> None:
    """Keep with which consignments received containers arrived that now go on together (grouping). Two statements, and
    none where every container is of the firm's own making."""
    received = [one.id for one, _ in load.containers if one.organisation_id != consignment.consignor_id]
    if not received:
        return
    parents = work.session.scalars(
        select(Consignment.id)
        .distinct()
        .join(ConsignedContainer, ConsignedContainer.consignment_id == Consignment.id)
        .where(
            ConsignedContainer.container_id.in_(received),
            ConsignedContainer.verdict == Verdict.OPEN,
            Consignment.consignee_id == consignment.consignor_id,
            Consignment.opinion.in_([Opinion.ACCEPT, Opinion.PARTIAL]),
        )
    ).all()
    work.session.add_all(
        ConsignmentParent(consignment_id=consignment.id, parent_id=parent) for parent in sorted(parents)
    )


def _line(
    consignment: Consignment, number: int, group: Sequence[tuple[Container, WasteStream]]
) -> ConsignmentLine:
    container, stream = group[0]
    return ConsignmentLine(
        id=new_id(),
        consignment_id=consignment.id,
        line_number=number,
        stream_id=stream.id,
        waste_code=stream.waste_code,
        waste_name=stream.local_name or stream.waste_name,
        hazards=list(stream.hazards),
        form=stream.form,
        harmful_components=stream.harmful_components,
        package=container.package,
        container_count=len(group),
        sent_mass=Grams(sum(one.net or 0 for one, _ in group)),
        received_mass=None,
    )


def _item(consignment: Consignment, line: ConsignmentLine, container: Container) -> ConsignedContainer:
    return ConsignedContainer(
        consignment_id=consignment.id,
        line_id=line.id,
        container_id=container.id,
        zone_id=container.zone_id,
        sent_mass=container.net,
    )


def fill_in(work: Work, consignment: Consignment, command: Draft, *, demo: bool) -> None:
    """Write the command's parties and texts onto the draft.

    Raises:
        InvalidInput: a firm, site, vehicle or person named is not there or doesn't belong together.
    """
    named = _named(work, command)
    problems = [
        *_text_problems(command, demo),
        *_party_problems(named, consignment, command),
        *_fleet_problems(named, command),
        *leg_problems(work, command.carrier_id, command.legs),
    ]
    if problems:
        raise InvalidInput(problems)
    consignment.consignee_park_id = named.consignee_site.park_id if named.consignee_site else None
    for name in (
        "consignee_id",
        "consignee_site_id",
        "carrier_id",
        "vehicle_id",
        "driver_id",
        "escort_id",
        "planned_method",
        "national_number",
        "due_on",
    ):
        setattr(consignment, name, getattr(command, name))
    consignment.emergency_measures = command.emergency_measures.strip()
    consignment.via = command.via.strip()
    count_legs(consignment, command.legs)


def _text_problems(command: Draft, demo: bool) -> Iterable[FieldProblem]:
    if command.planned_method and command.planned_method not in METHODS:
        yield FieldProblem("#/planned_method", say("没有利用处置方式 {code}", code=command.planned_method))
    if command.national_number is not None:
        problem = national_manifest_number_problem(command.national_number, demo=demo)
        if problem:
            yield FieldProblem("#/national_number", problem)


@dataclass(frozen=True)
class _Named:
    """The rows that a command names, None where it names none or there is none."""

    consignee: Organisation | None
    consignee_site: Site | None
    carrier: Organisation | None
    vehicle: Vehicle | None
    driver: CrewMember | None
    escort: CrewMember | None


_one = select(literal(1).label("one")).subquery()
_consignee, _carrier = aliased(Organisation), aliased(Organisation)
_driver, _escort = aliased(CrewMember), aliased(CrewMember)
_NAMES: Final = (
    "consignee_id",
    "consignee_site_id",
    "carrier_id",
    "vehicle_id",
    "driver_id",
    "escort_id",
)
_NAMED: Final = (
    select(_consignee, Site, _carrier, Vehicle, _driver, _escort)
    .select_from(_one)
    .outerjoin(_consignee, _consignee.id == bindparam("consignee_id"))
    .outerjoin(Site, Site.id == bindparam("consignee_site_id"))
    .outerjoin(_carrier, _carrier.id == bindparam("carrier_id"))
    .outerjoin(Vehicle, Vehicle.id == bindparam("vehicle_id"))
    .outerjoin(_driver, _driver.id == bindparam("driver_id"))
    .outerjoin(_escort, _escort.id == bindparam("escort_id"))
)
"""Built once: building it took longer than all that asks it."""


def _named(work: Work, command: Draft) -> _Named:
    """Everything that the command names, in one statement."""
    return _Named(*work.session.execute(_NAMED, {name: getattr(command, name) for name in _NAMES}).one())


def _party_problems(named: _Named, consignment: Consignment, command: Draft) -> Iterable[FieldProblem]:
    site = named.consignee_site
    if command.consignee_id and not (named.consignee and named.consignee.is_recycler):
        yield FieldProblem("#/consignee_id", say("没有这家接收单位"))
    if command.consignee_id == consignment.consignor_id:
        yield FieldProblem("#/consignee_id", say("接受人不能与移出人相同"))
    if command.consignee_site_id and (site is None or site.organisation_id != command.consignee_id):
        yield FieldProblem("#/consignee_site_id", say("这不是所选接收单位的场所"))
    if command.carrier_id and not (named.carrier and named.carrier.is_carrier):
        yield FieldProblem("#/carrier_id", say("没有这家承运单位"))


def _fleet_problems(named: _Named, command: Draft) -> Iterable[FieldProblem]:
    """Vehicle and crew are the carrier's; while no carrier is chosen, a draft keeps whoever is."""
    vehicle = named.vehicle
    if command.vehicle_id and not _is_of(vehicle, command.carrier_id):
        yield FieldProblem("#/vehicle_id", say("这辆车不属于所选承运单位"))
    crew = (
        ("driver_id", command.driver_id, named.driver),
        ("escort_id", command.escort_id, named.escort),
    )
    for name, key, member in crew:
        if key and not _is_of(member, command.carrier_id):
            yield FieldProblem(f"#/{name}", say("此人不属于所选承运单位"))
        elif member and member.is_escort != (name == "escort_id"):
            yield FieldProblem(f"#/{name}", say("此人没有这个岗位的从业资格"))


def _is_of(thing: Vehicle | CrewMember | None, carrier_id: UUID | None) -> bool:
    return thing is not None and carrier_id in (None, thing.organisation_id)
