"""Labels: complete or not printed, signed as printed, reprinted with a reason."""

import pytest
from sqlalchemy import select

from app.foundation.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from app.foundation.core.units import Grams
from app.foundation.documents.qr_revocation import container_print, entry_of
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key
from app.foundation.rulebook.decision import RuleViolated
from app.foundation.trace.models import TraceEvent
from app.parties.accounts.models import Organisation
from app.parties.accounts.permissions import Role
from app.waste.registry.models import WasteStream
from app.waste.storage.commands import PrintLabel, VoidContainer, WeighContainer
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.operations.containers import void_container, weigh_container
from app.waste.storage.operations.labels import print_label
from app.waste.storage.revoked_codes import RevokedCode
from tests.factories import somebody
from tests.factories.plant import a_plant

KEYRING = Keyring(bytes(range(32)))


@pytest.fixture(autouse=True)
def key(plant):
    with plant.working() as work:
        return new_key(work, KEYRING, KeyPurpose.QR)


@pytest.fixture
def stream(plant):
    return plant.stream()


def printed(plant, drum, reason="", actor=None):
    with plant.working(actor) as work:
        return print_label(
            work, drum.id, PrintLabel(reason), keyring=KEYRING, public_url="https://park.example"
        )


def events_of(session, drum):
    session.expire_all()
    names = select(TraceEvent.name).where(TraceEvent.subject_id == drum.id).order_by(TraceEvent.sequence)
    return session.scalars(names).all()


def test_a_label_says_what_the_drum_is_and_is_noted(plant, stream, session):
    drum = plant.drum(stream)

    label = printed(plant, drum)

    assert (label.digital_code, label.weight_grams, label.short_code) == (drum.code, 186_000, drum.short_code)
    assert label.qr_text.startswith(f"https://park.example/W/{drum.code}/")
    kept = session.get_one(Container, drum.id)
    assert (kept.label_prints, kept.label_mass) == (1, 186_000)
    assert events_of(session, drum) == ["container.registered", "container.label_printed"]


REQUIRED = ["main_components", "harmful_components", "precautions", "waste_name"]


@pytest.mark.parametrize("field", [*REQUIRED, "form", "hazards"])
def test_a_blank_required_field_means_no_print(plant, stream, session, field):
    drum = plant.drum(stream)
    blank = {"form": None, "hazards": []}.get(field, "")
    with plant.working() as work:
        edited = work.session.get_one(WasteStream, stream.id)
        setattr(edited, field, blank)
        edited.local_name = "" if field == "waste_name" else edited.local_name

    with pytest.raises(RuleViolated) as refused:
        printed(plant, drum)

    assert [finding.rule_id for finding in refused.value.findings] == ["HJ1276-L-fields"]
    assert session.get_one(Container, drum.id).label_prints == 0
    assert events_of(session, drum) == ["container.registered"]


def test_a_firm_without_a_phone_gets_no_label(plant, stream):
    drum = plant.drum(stream)
    with plant.working() as work:
        work.session.get_one(Organisation, plant.organisation_id).phone = " "

    with pytest.raises(RuleViolated):
        printed(plant, drum)


def test_the_same_label_again_needs_a_reason(plant, stream):
    drum = plant.drum(stream)
    printed(plant, drum)

    with pytest.raises(InvalidInput) as refused:
        printed(plant, drum, " ")

    assert [problem.pointer for problem in refused.value.problems] == ["#/reason"]
    assert printed(plant, drum, "污损").print_number == 2


def test_after_weighing_a_new_label_is_due_without_a_reason(plant, stream):
    drum = plant.drum(stream, None)
    assert printed(plant, drum).weight_grams is None
    with plant.working() as work:
        weigh_container(work, drum.id, WeighContainer(net=Grams(5_000)))

    assert printed(plant, drum).weight_grams == 5_000


def test_a_voided_code_is_not_printed(plant, stream):
    drum = plant.drum(stream, None)
    with plant.working() as work:
        void_container(work, drum.id, VoidContainer("破损"))

    with pytest.raises(Conflict):
        printed(plant, drum)


def test_without_a_key_nothing_is_printed(plant, stream, key, session):
    from app.foundation.keys.operations import retire_key

    drum = plant.drum(stream)
    with plant.working() as work:
        retire_key(work, key.key_id)

    with pytest.raises(Conflict, match="flask keys new"):
        printed(plant, drum)
    assert events_of(session, drum) == ["container.registered"]


def test_other_firms_labels_and_other_roles(plant, stream, database):
    drum = plant.drum(stream)

    with pytest.raises(NotFound):
        printed(plant, drum, actor=a_plant(database).producer)
    with pytest.raises(NotPermitted):
        printed(plant, drum, actor=somebody(Role.INSPECTOR, None, plant.park_id))


@pytest.mark.parametrize("changes", [{"holder_id": None}, {"state": ContainerState.IN_TRANSIT}])
def test_who_handed_a_drum_over_prints_no_label_for_it(plant, stream, session, database, changes):
    drum = plant.drum(stream)
    taker = a_plant(database).organisation_id
    with plant.working() as work:
        kept = work.session.get_one(Container, drum.id)
        for name, value in changes.items():
            setattr(kept, name, value or taker)

    with pytest.raises(Conflict, match="已离开你的单位"):
        printed(plant, drum)
    assert session.get_one(Container, drum.id).label_prints == 0


def test_a_label_of_another_weight_revokes_the_one_before_under_the_event_of_the_print(
    plant, stream, session
):
    drum = plant.drum(stream, kg=None)
    printed(plant, drum)
    with plant.working() as work:
        weigh_container(work, drum.id, WeighContainer(net=Grams(186_000)))

    printed(plant, drum)
    printed(plant, drum, reason="破损")

    (row,) = session.scalars(select(RevokedCode).where(RevokedCode.thing_id == drum.id)).all()
    assert row.entry == entry_of(container_print(drum.code, None)).hex()
    event = session.get_one(TraceEvent, row.event_id)
    assert (event.name, event.subject_id, row.expires_at) == ("container.label_printed", drum.id, None)
