"""What is due in stores: waste that nears its storage limit, scales to calibrate."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.due import Due
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.waste.registry.policy import sites_seen
from app.waste.storage.ageing import STORAGE_YEARS, AgedContainer, ageing, years_later
from app.waste.storage.weighing.models import Scale

STORAGE_WINDOW_DAYS = 60
"""CAL-12: 60, 30 and 7 days before the limit."""
CALIBRATION_WINDOW_DAYS = 30
MOST_CONTAINERS = 500


def due(work: Work, until: date) -> Sequence[Due]:
    """What is due up to a day, for every firm the actor sees; two statements."""
    return [*_limits(work, until), *_calibrations(work, until)]


def _limits(work: Work, until: date) -> Iterator[Due]:
    """Containers of one waste at one site whose limit is the same day are one thing to do."""
    since = years_later(until, -STORAGE_YEARS)
    groups: dict[tuple[UUID, str, date], list[AgedContainer]] = defaultdict(list)
    for aged in ageing(work, since_at_most=since, limit=MOST_CONTAINERS):
        groups[aged.container.site_id, aged.container.waste_code, aged.until].append(aged)
    for (site_id, waste_code, last_day), found in groups.items():
        container, stream = found[0].container, found[0].stream
        yield Due(
            kind="storage_limit",
            title=say(
                "{waste} {code}：{count} 个容器到贮存期限",
                waste=stream.local_name,
                code=waste_code,
                count=len(found),
            ),
            note=say("自 {day} 起贮存；请在期限前转移或利用处置", day=found[0].since.isoformat()),
            on=last_day,
            opens_on=last_day - timedelta(days=STORAGE_WINDOW_DAYS),
            permission=Permission.CONTAINERS_MANAGE,
            organisation_id=container.holder_id,
            site_id=site_id,
            subject_kind="container",
            subject_id=container.code,
            source="CAL-12",
        )


def _calibrations(work: Work, until: date) -> Iterator[Due]:
    scales = work.session.scalars(
        select(Scale)
        .join(Site, Site.id == Scale.site_id)
        .where(sites_seen(work.actor), Scale.ended_at.is_(None), Scale.calibrated_to <= until)
        .order_by(Scale.calibrated_to, Scale.id)
    )
    for scale in scales:
        assert scale.calibrated_to is not None  # a comparison with nothing is never true
        yield Due(
            kind="calibration",
            title=say("秤 {name} 的检定到期", name=scale.name),
            on=scale.calibrated_to,
            opens_on=scale.calibrated_to - timedelta(days=CALIBRATION_WINDOW_DAYS),
            permission=Permission.STORAGE_MANAGE,
            organisation_id=scale.organisation_id,
            site_id=scale.site_id,
            subject_kind="scale",
            subject_id=scale.id,
        )
