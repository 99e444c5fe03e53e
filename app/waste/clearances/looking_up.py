"""What a consignment asks of contracts and crossings before it is sealed and departs, and what it draws from them.

    found = clearances_for(work, consignor_site=…, consignee_id=…, consignee_site=…, carrier_ids=…, waste_codes=…, on=…)
    facts = clearance_facts(found, consignment_id, masses, method, departs_on, licence=…, licensed_codes=…)
    findings = assess({**others, **clearances.facts.RULES}, [*more, *facts], on=…, jurisdiction=…)
    …
    draw_on_clearances(work, found, masses, method, consignment_id=…, event_id=…)    # when it departs
    give_back_draws(work, consignor_site_id, consignment_id=…, event_id=…)    # when it is diverted, before it is looked up anew

The look-up takes one statement within a province and two across a border, the facts none, the draw none within a
province and three for each crossing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, extract, func, select
from sqlalchemy.orm import aliased

from app.foundation.core.errors import Conflict, NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.waste.clearances.covers import Clearances, ContractCover, CrossingCover, DrawnWaste
from app.waste.clearances.models import (
    Contract,
    ContractState,
    ContractWaste,
    Crossing,
    CrossingDraw,
    CrossingState,
    CrossingWaste,
)

BINDING: Final = (CrossingState.APPROVED, CrossingState.REPORTED)
"""Stored states of crossings that something may move under; days, quantities and receipts are for the rules to judge."""


def clearances_for(
    work: Work,
    *,
    consignor_site: Site,
    consignee_id: UUID | None,
    consignee_site: Site | None,
    carrier_ids: Collection[UUID],
    waste_codes: Collection[str],
    on: date,
) -> Clearances:
    """The papers on file for a transfer from a site to a place, in one statement; two when it leaves the province.

    Who may know of the transfer has been checked by the caller: papers are found whoever asks.

    Args:
        waste_codes: hazardous and general ones; each is looked at for what it is.
        on: the day they are to hold; among several papers those that hold on it are preferred.
    """
    found = Clearances(
        consignor_site,
        consignee_id,
        consignee_site,
        tuple(carrier_ids),
        tuple(dict.fromkeys(waste_codes)),
        on,
        _contracts(work, consignor_site.organisation_id, {consignee_id, *carrier_ids} - {None}),
        (),
    )
    if not found.crosses or consignee_site is None:
        return found
    across = (
        Crossing.consignor_site_id == consignor_site.id,
        Crossing.to_province == consignee_site.province,
        Crossing.state.in_(BINDING),
    )
    crossings = covers_of(work, crossings_with_draws(on.year).where(*across))
    return Clearances(**{**vars(found), "crossings": crossings})


def _contracts(work: Work, producer_id: UUID, partners: Collection[UUID | None]) -> tuple[ContractCover, ...]:
    if not partners:
        return ()
    rows = work.session.execute(
        select(Contract, ContractWaste.waste_code)
        .outerjoin(ContractWaste, ContractWaste.contract_id == Contract.id)
        .where(
            Contract.producer_id == producer_id,
            Contract.partner_id.in_(partners),
            Contract.state == ContractState.SIGNED,
        )
        .order_by(Contract.valid_to.desc(), Contract.id, ContractWaste.waste_code)
    )
    codes: defaultdict[Contract, set[str]] = defaultdict(set)
    for contract, code in rows:
        codes[contract] |= {code} if code else set()
    return tuple(ContractCover(contract, frozenset(covered)) for contract, covered in codes.items())


def crossings_with_draws(year: int) -> Select[Any]:
    """Rows of crossing, waste, what was drawn of it in all and in a calendar year (g), trips: for `covers_of`."""
    drawn = (
        select(func.coalesce(func.sum(CrossingDraw.mass), 0))
        .where(
            CrossingDraw.crossing_id == CrossingWaste.crossing_id,
            CrossingDraw.waste_code == CrossingWaste.waste_code,
        )
        .correlate(CrossingWaste)
    )
    same = aliased(CrossingDraw)
    kept = (
        select(func.sum(same.mass))
        .where(
            same.crossing_id == CrossingDraw.crossing_id, same.consignment_id == CrossingDraw.consignment_id
        )
        .correlate(CrossingDraw)
        .scalar_subquery()
    )
    trips = (
        select(func.count(CrossingDraw.consignment_id.distinct()))
        .where(CrossingDraw.crossing_id == Crossing.id, kept > 0)
        .correlate(Crossing)
    )
    in_year = drawn.where(extract("year", CrossingDraw.drawn_on) == year)
    return (
        select(
            Crossing,
            CrossingWaste,
            drawn.scalar_subquery(),
            in_year.scalar_subquery(),
            trips.scalar_subquery(),
        )
        .join(CrossingWaste, CrossingWaste.crossing_id == Crossing.id)
        .order_by(Crossing.id.desc(), CrossingWaste.waste_code)
    )


def covers_of(work: Work, chosen: Select[Any]) -> tuple[CrossingCover, ...]:
    """The crossings a statement made of `crossings_with_draws` finds, each with its wastes."""
    wastes: defaultdict[Crossing, dict[str, DrawnWaste]] = defaultdict(dict)
    made: dict[Crossing, int] = {}
    for crossing, waste, drawn, in_year, trips in work.session.execute(chosen):
        wastes[crossing][waste.waste_code] = DrawnWaste(waste, Grams(int(drawn)), Grams(int(in_year)))
        made[crossing] = trips
    return tuple(CrossingCover(crossing, named, made[crossing]) for crossing, named in wastes.items())


def draw_on_clearances(
    work: Work,
    found: Clearances,
    masses: Mapping[str, Grams],
    method: str,
    *,
    consignment_id: UUID,
    event_id: UUID,
) -> tuple[UUID, ...]:
    """Add what a departing consignment moves under each crossing; gives the crossings' ids, for the event's `about`.

    Called by the departure's own operation, whose event names the masses, with what `clearances_for` found in the same
    transaction and the rules let pass. Nothing within a province.

    Args:
        masses: what it carries (g), by waste code. A waste without a crossing (overridden) draws nothing.

    Raises:
        Conflict: another departure drew from one of the crossings since they were looked up.
    """
    drawn: defaultdict[UUID, dict[str, Grams]] = defaultdict(dict)
    known: dict[UUID, CrossingCover] = {}
    for code, mass in masses.items():
        cover = found.crossing_of(code, method)
        if cover is not None and code in cover.wastes and mass > 0:
            drawn[cover.crossing.id][code] = mass
            known[cover.crossing.id] = cover
    for crossing_id in sorted(drawn, key=str):
        draw_on_clearance(
            work,
            crossing_id,
            drawn[crossing_id],
            consignment_id=consignment_id,
            event_id=event_id,
            known=known[crossing_id],
        )
    return tuple(sorted(drawn, key=str))


def draw_on_clearance(
    work: Work,
    clearance_id: UUID,
    masses: Mapping[str, Grams],
    *,
    consignment_id: UUID,
    event_id: UUID,
    known: CrossingCover | None = None,
) -> None:
    """Add what one consignment moves under one crossing (HWTM 28), its row locked; entries are only ever added.

    Three statements.

    Args:
        masses: grams by waste code, above zero.
        known: the crossing as the rules saw it; without it nothing is compared.

    Raises:
        NotFound: no such crossing.
        Conflict: somebody drew from it since it was `known`.
    """
    locked = select(Crossing.id).where(Crossing.id == clearance_id).with_for_update()
    if work.session.scalar(locked) is None:
        raise NotFound(say("没有这份跨省转移文件"))
    if known is not None:
        (now,) = covers_of(work, crossings_with_draws(work.today.year).where(Crossing.id == clearance_id))
        if _drawn(now) != _drawn(known):
            raise Conflict(say("另一车次刚刚用去了 {number} 的批准数量，请重试", number=now.crossing.number))
    work.session.add_all(
        CrossingDraw(
            crossing_id=clearance_id,
            waste_code=code,
            mass=mass,
            drawn_on=work.today,
            consignment_id=consignment_id,
            event_id=event_id,
            recorded_at=work.now,
        )
        for code, mass in sorted(masses.items())
    )


def _drawn(cover: CrossingCover) -> Sequence[tuple[str, Grams]]:
    return sorted((code, waste.drawn) for code, waste in cover.wastes.items())


def give_back_draws(
    work: Work, consignor_site_id: UUID, *, consignment_id: UUID, event_id: UUID
) -> tuple[UUID, ...]:
    """Add the opposite of all a consignment has drawn and not given back; gives the ids of the crossings.

    All crossings of its site are locked in the order of their ids, so that two diversions at once wait for each other.
    Three statements, two where it drew nothing.
    """
    site = select(Crossing.id).where(Crossing.consignor_site_id == consignor_site_id)
    work.session.execute(site.order_by(Crossing.id).with_for_update())
    draw = CrossingDraw
    held = work.session.execute(
        select(draw.crossing_id, draw.waste_code, draw.drawn_on, func.sum(draw.mass))
        .where(draw.consignment_id == consignment_id)
        .group_by(draw.crossing_id, draw.waste_code, draw.drawn_on)
        .having(func.sum(draw.mass) > 0)
        .order_by(draw.crossing_id, draw.waste_code, draw.drawn_on)
    ).all()
    work.session.add_all(
        CrossingDraw(
            crossing_id=crossing_id,
            waste_code=code,
            mass=Grams(-int(mass)),
            drawn_on=drawn_on,
            consignment_id=consignment_id,
            event_id=event_id,
            recorded_at=work.now,
        )
        for crossing_id, code, drawn_on, mass in held
    )
    work.session.flush()
    return tuple(dict.fromkeys(crossing_id for crossing_id, *_rest in held))
