"""Every rule over everything an actor sees."""

from datetime import date

from app.foundation.rulebook.outcome import OutcomeKind
from app.waste.registry.models import WasteStream
from app.waste.storage.models import Container
from app.waste.storage.sweep import sweep
from tests.factories.plant import a_plant


def swept(plant, actor=None):
    with plant.working(actor) as work:
        return list(sweep(work))


def test_each_container_is_judged_by_itself(plant):
    zone = plant.zone(plant.facility(code="TS031"))
    stream = plant.stream()
    old, young = plant.stored(stream, zone), plant.stored(stream, zone)
    with plant.working() as work:
        work.session.get_one(Container, old.id).generated_on = date(plant.now.year - 2, 1, 1)
        work.session.get_one(WasteStream, stream.id).main_components = ""

    found = swept(plant)

    assert all(finding.outcome is OutcomeKind.FINDING for finding in found)
    by_container = {
        container.id: {finding.rule_id for finding in found if finding.subject_id == container.id}
        for container in (old, young)
    }
    assert {"HW-STORE-1Y-producer", "HJ1276-L-fields"} <= by_container[old.id]
    assert "HW-STORE-1Y-producer" not in by_container[young.id]
    assert "HJ1276-L-fields" in by_container[young.id]


def test_as_many_statements_for_many_containers(plant, count_statements):
    zone = plant.zone(plant.facility(code="TS032"))
    stream = plant.stream()
    plant.stored(stream, zone)
    with plant.working() as work:
        list(sweep(work))  # the catalogue is read once
    with plant.working() as work, count_statements() as one:
        list(sweep(work))
    for _ in range(5):
        plant.stored(stream, zone)
    with plant.working() as work, count_statements() as six:
        list(sweep(work))

    assert len(one) == len(six)


def test_nobody_sweeps_what_others_store(plant, database):
    neighbour = a_plant(database)
    plant.stored(plant.stream(main_components=""), plant.zone(plant.facility(code="TS033")))

    assert swept(neighbour) == []
