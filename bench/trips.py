"""People, drums and consignments over HTTP for the benchmarks of consignments, made by the operations themselves."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from app.foundation.core.clock import utc_now
from app.foundation.core.database import Database
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import User
from app.parties.accounts.signing_in import issue_token
from app.waste.consignments.models import Consignment
from app.waste.storage.models import Container
from tests.integration.waste.consignments.world import PRODUCER, WASTE_CODE, World, build

DAY = date(2026, 11, 1)
PLENTY = Grams(2_000_000_000_000)


def prepared(database: Database) -> World:
    """The park, with a licence that a bench can't use up."""
    world = build(database, yearly_scale=PLENTY)
    world.now = utc_now()
    return world


def token_of(world: World, actor: Actor) -> str:
    """An API token of somebody's."""
    assert actor.user_id is not None
    with world.database.writing(Actor.system()) as work:
        email = work.session.get_one(User, actor.user_id).email
        return issue_token(work, IssueToken(email, ("write",), "bench"))


def drums(world: World, count: int, **changes: Any) -> list[Container]:
    """Drums in store, over as many days as their serials take."""
    made = []
    with world.doing(Actor.system()) as work:
        for _ in range(count):
            number = world.serial
            day = DAY - timedelta(days=number // 900)
            serial = f"{day:%Y%m%d}{number % 900 + 1:03d}"
            numbered = {
                "code": f"{PRODUCER}{WASTE_CODE.replace('-', '')}{serial}",
                "batch_number": f"HWCS{serial}",
                "generated_on": DAY,
            }
            made.append(world._drum(work, numbered | changes))
    return made


def draft(world: World, containers: Sequence[Container]) -> dict[str, Any]:
    """A complete draft as one sends it."""
    order = world.order(list(containers))
    parties = ("consignee_id", "consignee_site_id", "carrier_id", "vehicle_id", "driver_id", "escort_id")
    return {name: str(getattr(order, name)) for name in parties} | {
        "containers": [container.code for container in containers],
        "national_number": order.national_number,
        "planned_method": order.planned_method,
        "emergency_measures": order.emergency_measures,
    }


def brought(
    world: World, count: int, drums_each: int, bring: Callable[..., Consignment]
) -> list[Consignment]:
    """So many consignments, each brought to where a method of the world brings one."""
    waiting = drums(world, count * drums_each)
    return [bring(waiting[place : place + drums_each]) for place in range(0, len(waiting), drums_each)]
