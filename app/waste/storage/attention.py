"""What in a firm's storage waits for somebody: for the workbench and the counts in the navigation."""

import enum
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select

from app.foundation.core.work import Actor, Work
from app.waste.registry.models import WasteKind, WasteStream
from app.waste.storage.ageing import AGEING, STORAGE_YEARS, AgedContainer, held_since, years_later
from app.waste.storage.models import Container, ContainerState, Facility

S = ContainerState
NEAR_LIMIT_DAYS: Final = 30
"""Platform's warning window; ECC-535-3-b has 60, 30 and 7 days."""


class Waiting(enum.StrEnum):
    """Why a firm should look at some of its containers or wastes."""

    UNWEIGHED = "unweighed"
    UNPLACED = "unplaced"
    UNLABELLED = "unlabelled"
    OUTDATED_LABEL = "outdated_label"
    NEAR_LIMIT = "near_limit"
    INCOMPLETE_STREAM = "incomplete_stream"


def waiting_counts(actor: Actor, today: date) -> Mapping[Waiting, ScalarSelect[int]]:
    """How many of the actor's firm wait for each reason, as columns: whoever counts, counts in one statement."""
    counts = {
        kind: select(func.count()).select_from(Container).where(condition).scalar_subquery()
        for kind, condition in _conditions(actor, today).items()
    }
    counts[Waiting.INCOMPLETE_STREAM] = (
        select(func.count()).select_from(WasteStream).where(_is_incomplete(actor)).scalar_subquery()
    )
    return counts


def set_up_counts(actor: Actor) -> Mapping[str, ScalarSelect[int]]:
    """How far a firm has set itself up: its facilities, wastes and containers, as columns."""
    mine = actor.organisation_id
    return {
        "facilities": select(func.count())
        .select_from(Facility)
        .where(Facility.organisation_id == mine, Facility.ended_at.is_(None))
        .scalar_subquery(),
        "streams": select(func.count())
        .select_from(WasteStream)
        .where(WasteStream.organisation_id == mine, WasteStream.ended_at.is_(None))
        .scalar_subquery(),
        "containers": select(func.count())
        .select_from(Container)
        .where(or_(Container.organisation_id == mine, Container.holder_id == mine))
        .scalar_subquery(),
    }


def containers_waiting(work: Work, kind: Waiting, limit: int = 3) -> Sequence[Container]:
    """The oldest of those a count speaks of. One statement."""
    return work.session.scalars(
        select(Container)
        .where(_conditions(work.actor, work.today)[kind])
        .order_by(Container.generated_on, Container.id)
        .limit(limit)
    ).all()


def streams_waiting(work: Work, limit: int = 3) -> Sequence[WasteStream]:
    """Wastes whose labels can't be printed yet for want of texts. One statement."""
    return work.session.scalars(
        select(WasteStream).where(_is_incomplete(work.actor)).order_by(WasteStream.id).limit(limit)
    ).all()


def oldest_containers(work: Work, limit: int = 4) -> Sequence[AgedContainer]:
    """The containers of the actor's firm that have lain longest in store. One statement."""
    since = held_since()
    rows = work.session.execute(
        select(Container, WasteStream, since)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .where(_is_held(work.actor))
        .order_by(since, Container.id)
        .limit(limit)
    )
    return [AgedContainer(*row) for row in rows]


def _conditions(actor: Actor, today: date) -> dict[Waiting, ColumnElement[bool]]:
    """What containers wait, by reason. Labels are their producer's, places their holder's."""
    c = Container
    held = c.holder_id == actor.organisation_id
    own = and_(held, c.organisation_id == actor.organisation_id)
    alive = c.state.in_([S.FILLING, S.SEALED, S.WEIGHED, S.STORED])
    return {
        Waiting.UNWEIGHED: and_(own, c.net.is_(None), c.state.in_([S.PRINTED, S.FILLING, S.SEALED])),
        Waiting.UNPLACED: and_(held, c.state.in_([S.WEIGHED, S.ACCEPTED])),
        Waiting.UNLABELLED: and_(own, alive, c.label_prints == 0),
        Waiting.OUTDATED_LABEL: and_(
            own,
            alive,
            c.label_prints > 0,
            c.net.is_not(None),
            or_(c.label_mass.is_(None), c.label_mass != c.net),
        ),
        Waiting.NEAR_LIMIT: and_(_is_held(actor), held_since() <= _near_limit_since(today)),
    }


def _is_held(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Container.holder_id == actor.organisation_id,
        Container.state.in_(AGEING),
    )


def _near_limit_since(today: date) -> date:
    """What has lain since this day or longer has at most `NEAR_LIMIT_DAYS` left."""
    return years_later(date.fromordinal(today.toordinal() + NEAR_LIMIT_DAYS), -STORAGE_YEARS)


def _is_incomplete(actor: Actor) -> ColumnElement[bool]:
    """HJ 1276 asks form, components and precautions on the label; catalogue and registration give the rest."""
    s = WasteStream
    return and_(
        s.organisation_id == actor.organisation_id,
        s.kind == WasteKind.HAZARDOUS,
        s.ended_at.is_(None),
        or_(s.form.is_(None), s.main_components == "", s.harmful_components == "", s.precautions == ""),
    )


def is_near(aged: AgedContainer, today: date) -> bool:
    """Whether a container's storage limit is within the warning window, or past."""
    return (aged.until - today).days <= NEAR_LIMIT_DAYS


def labels_of(containers: Sequence[Container]) -> list[str]:
    """What people call some containers: the firm's own label, else the short code."""
    return [container.local_label or container.short_code for container in containers]
