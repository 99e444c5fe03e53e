"""Put-away and moves: the rules of the place, the ledger and the trace log in one act."""

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, NotFound, NotPermitted, VersionConflict
from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.rulebook.models import RuleOverride
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.permissions import Permission, Role, permissions_of
from app.waste.registry import verifying
from app.waste.registry.models import Balance, PlaceKind, Posting, WasteForm
from app.waste.storage.commands import PutAway
from app.waste.storage.models import Container, ContainerState, FacilityType
from app.waste.storage.operations.placing import put_away
from tests.factories import somebody
from tests.factories.plant import KG, a_plant

CAPACITY, ASSIGNED, APART, SPOT = "GB18597-4.2", "GB18597-4.3-a", "GB18597-4.3-b", "GB18597-8.3.5-a"
MAY_OVERRIDE = permissions_of(Role.PRODUCER) | {Permission.RULES_OVERRIDE.value}


@pytest.fixture
def zone(plant):
    return plant.zone(plant.facility())


@pytest.fixture
def spot(plant):
    return plant.facility(code="TS002", name="贮存点", type=FacilityType.SPOT, capacity=Grams(5_000 * KG))


def events_of(session, subject_id):
    session.expire_all()
    return session.scalars(
        select(TraceEvent.name).where(TraceEvent.subject_id == subject_id).order_by(TraceEvent.sequence)
    ).all()


def refusal_of(plant, drum, zone, actor=None, **command):
    """The rule findings that stop a put-away; nothing of it may have stayed."""
    with pytest.raises(RuleViolated) as refused:
        plant.put(drum, zone, actor, **command)
    with plant.database.reading(plant.producer) as work:
        left = work.session.get_one(Container, drum.id)
        assert (left.zone_id, left.state) == (drum.zone_id, drum.state)
        assert verifying.verify(work) == []
    return {finding.rule_id for finding in refused.value.findings}


def test_a_stored_drum_is_in_its_zone_in_the_ledger_and_in_the_log(plant, zone, session):
    drum = plant.stored(plant.stream(), zone)

    kept = session.get_one(Container, drum.id)
    assert (kept.state, kept.zone_id, kept.stored_at) == (ContainerState.STORED, zone.id, plant.now)
    posting = session.scalars(select(Posting).where(Posting.to_id == zone.id)).one()
    assert (posting.from_kind, posting.from_id) == (PlaceKind.UNPLACED, plant.site_id)
    assert (posting.mass, posting.container_id) == (186 * KG, drum.id)
    assert events_of(session, drum.id) == ["container.registered", "container.stored"]
    event = session.scalars(select(TraceEvent).where(TraceEvent.id == posting.event_id)).one()
    assert (event.name, event.subject_id, event.park_id) == ("container.stored", drum.id, plant.park_id)


def test_a_move_takes_the_whole_drum_along(plant, zone, session):
    other = plant.zone(plant.facility(code="TS003"), code="B1")
    drum = plant.stored(plant.stream(), zone)

    moved = plant.put(drum, other)

    assert (moved.zone_id, moved.state) == (other.id, ContainerState.STORED)
    balances = dict(session.execute(select(Balance.place_id, Balance.mass)).all())
    assert (balances[zone.id], balances[other.id]) == (0, 186 * KG)
    assert events_of(session, drum.id)[-1] == "container.moved"


def test_a_spot_is_full_at_three_tonnes_and_not_before(plant, spot):
    zone = plant.zone(spot)
    stream = plant.stream()
    plant.stored(stream, zone, 2_900)

    blocked = plant.drum(stream, 150)
    assert refusal_of(plant, blocked, zone) == {SPOT}
    plant.stored(stream, zone, 100)

    one_gram = plant.drum(stream, net=Grams(1))
    assert refusal_of(plant, one_gram, zone) == {SPOT}


def test_acid_and_alkali_are_kept_apart_also_across_an_open_gap(plant):
    acid = plant.stream("900-349-34", properties={"acid": "non_oxidising"})
    alkali = plant.stream("900-399-35")
    facility = plant.facility()
    allowed = ("HW34", "HW35")
    first = plant.zone(facility, code="A1", allowed=allowed)
    neighbour = plant.zone(facility, code="A2", allowed=allowed, open_to=("A1",))
    far = plant.zone(facility, code="A3", allowed=allowed)
    plant.stored(acid, first)

    drum = plant.drum(alkali)

    assert APART in refusal_of(plant, drum, first)
    assert APART in refusal_of(plant, drum, neighbour)
    assert plant.put(drum, far).zone_id == far.id


def test_a_zone_takes_only_what_it_is_for(plant):
    facility = plant.facility()
    oil = plant.zone(facility, code="A1", allowed=("HW08",))
    solids = plant.zone(facility, code="A2", forms=("S",))
    drum = plant.drum(plant.stream())

    assert refusal_of(plant, drum, oil) == {ASSIGNED}
    assert refusal_of(plant, drum, solids) == {ASSIGNED}


def test_a_waste_of_unknown_form_waits_until_the_form_is_entered(plant, zone):
    drum = plant.drum(plant.stream(form=None))

    assert ASSIGNED in refusal_of(plant, drum, zone)


def test_too_small_a_zone_asks_for_a_reason_and_keeps_it(plant, session):
    facility = plant.facility()
    zone = plant.zone(facility, capacity=Grams(100 * KG))
    drum = plant.drum(plant.stream())
    assert refusal_of(plant, drum, zone) == {CAPACITY}
    assert refusal_of(plant, drum, zone, overrides={CAPACITY: "  "}) == {CAPACITY}

    stored = plant.put(drum, zone, overrides={CAPACITY: "双层托盘"})

    assert stored.state is ContainerState.STORED
    kept = session.scalars(select(RuleOverride)).one()
    assert (kept.rule_id, kept.reason, kept.user_id) == (CAPACITY, "双层托盘", plant.producer.user_id)
    event = session.get_one(TraceEvent, kept.event_id)
    assert '"overridden":["GB18597-4.2"]' in event.envelope
    assert "双层托盘" not in event.envelope


def test_who_may_not_override_is_stopped_though_a_reason_is_given(plant):
    oil = plant.zone(plant.facility(), allowed=("HW08",))
    drum = plant.drum(plant.stream())

    assert refusal_of(plant, drum, oil, overrides={ASSIGNED: "临时"}) == {ASSIGNED}


def test_who_may_override_needs_a_reason_and_it_shows_for_ever(plant, session):
    oil = plant.zone(plant.facility(), allowed=("HW08",))
    drum = plant.drum(plant.stream())
    authorised = somebody(
        organisation_id=plant.organisation_id, park_id=plant.park_id, permissions=MAY_OVERRIDE
    )
    assert refusal_of(plant, drum, oil, authorised) == {ASSIGNED}

    plant.put(drum, oil, authorised, overrides={ASSIGNED: "经园区同意临时存放"})

    kept = session.scalars(select(RuleOverride)).one()
    assert (kept.rule_id, kept.subject_id, kept.effect.value) == (ASSIGNED, drum.id, "stop")


def test_a_move_is_not_blamed_for_what_stood_before(plant, spot):
    """What is over the limit already may be taken to another corner of the same spot."""
    first, second = plant.zone(spot), plant.zone(spot, code="A2")
    stream = plant.stream()
    drums = [plant.stored(stream, first, 1_000) for _ in range(3)]

    assert plant.put(drums[0], second).zone_id == second.id


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (ContainerState.PRINTED, False),
        (ContainerState.FILLING, False),
        (ContainerState.SEALED, False),
        (ContainerState.WEIGHED, True),
        (ContainerState.STORED, True),
        (ContainerState.RESERVED, False),
        (ContainerState.LOADED, False),
        (ContainerState.IN_TRANSIT, False),
        (ContainerState.CONSUMED, False),
        (ContainerState.DAMAGED, False),
        (ContainerState.VOIDED, False),
    ],
)
def test_only_what_is_weighed_and_not_promised_to_anybody_may_be_put(plant, zone, state, allowed):
    drum = plant.drum(plant.stream())
    with plant.working() as work:
        work.session.get_one(Container, drum.id).state = state

    if allowed:
        assert plant.put(drum, zone).zone_id == zone.id
    else:
        with pytest.raises(Conflict):
            plant.put(drum, zone)
        with plant.database.reading(plant.producer) as work:
            assert work.session.get_one(Container, drum.id).state is state


def test_a_drum_without_a_weight_waits_at_the_scale(plant, zone):
    with pytest.raises(Conflict, match="尚未称重"):
        plant.put(plant.drum(plant.stream(), None), zone)


def test_a_drum_is_not_put_where_it_is(plant, zone):
    with pytest.raises(Conflict, match="已在分区"):
        plant.put(plant.stored(plant.stream(), zone), zone)


def test_what_changed_meanwhile_is_looked_at_again(plant, zone):
    drum = plant.drum(plant.stream())

    with pytest.raises(VersionConflict):
        plant.put(drum, zone, seen_version=drum.version + 1)

    assert plant.put(drum, zone, seen_version=drum.version).zone_id == zone.id


def test_other_firms_drums_and_zones_are_not_there(plant, database, zone):
    other = a_plant(database)
    drum = plant.drum(plant.stream())
    others_zone = other.zone(other.facility())

    with pytest.raises(NotFound):
        plant.put(drum, zone, other.producer)
    with pytest.raises(NotFound):
        plant.put(drum, others_zone)


@pytest.mark.parametrize("role", [Role.DRIVER, Role.INSPECTOR])
def test_only_the_firms_storing_people_and_the_park_put_away(plant, zone, role):
    drum = plant.drum(plant.stream())
    organisation = plant.organisation_id if role is Role.DRIVER else None

    with pytest.raises(NotPermitted):
        plant.put(drum, zone, somebody(role, organisation, plant.park_id))


def test_a_drum_does_not_jump_to_another_site(plant):
    from app.parties.accounts.commands import AddSite
    from app.parties.accounts.operations import add_site

    with plant.working() as work:
        site = add_site(work, AddSite(plant.organisation_id, plant.park_id, "二厂", "别处", "99", "9901"))
    there = plant.zone(plant.facility(site_id=site.id))

    with pytest.raises(Conflict, match="另一个场所"):
        plant.put(plant.drum(plant.stream()), there)


def test_a_put_away_takes_few_statements(plant, count_statements):
    facility = plant.facility(capacity=Grams(500_000 * KG))
    zone = plant.zone(facility)
    for number in range(5):
        plant.stored(plant.stream(local_name=f"溶剂 {number}", form=WasteForm.LIQUID), zone)
    drum = plant.drum(plant.stream())

    with plant.working() as work, count_statements() as sent:
        put_away(work, drum.id, PutAway(zone.id))
        work.session.flush()

    assert len(sent) <= 11, sent
