"""`flask storage check`: what is wrong in the stores, by rule."""

import json

import pytest

from tests.factories.plant import a_plant


@pytest.fixture
def unlabelled(database):
    plant = a_plant(database)
    return plant.stored(plant.stream(), plant.zone(plant.facility()))


def test_a_drum_without_label_is_found_by_its_rule(app, unlabelled):
    shown = app.test_cli_runner().invoke(args=["storage", "check"]).output

    assert "GB18597-4.6-c" in shown


def test_each_finding_is_one_json_line(app, unlabelled):
    lines = app.test_cli_runner().invoke(args=["storage", "check", "--json"]).output.splitlines()

    assert str(unlabelled.id) in {json.loads(line)["subject_id"] for line in lines if line.startswith("{")}
