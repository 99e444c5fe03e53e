"""The table of fields is whole: every column is either written by people under a rule, or follows from the acts."""

import pytest

from app.waste.consignments.fields import CORRECTABLE, DERIVED, FIELDS, required_at, rule_of
from app.waste.consignments.models import ConsignedContainer, Consignment, ConsignmentLine
from app.waste.consignments.workflow import ConsignmentAct
from app.waste.registry.models import WasteKind


@pytest.mark.parametrize(
    ("of", "model"),
    [("consignment", Consignment), ("lines", ConsignmentLine), ("containers", ConsignedContainer)],
)
def test_every_column_has_its_rule(of, model):
    ruled = {rule.column for rule in FIELDS if rule.of == of}

    assert ruled.isdisjoint(DERIVED[of])
    assert ruled | DERIVED[of] == set(model.__table__.columns.keys()) - {"id"}


def test_who_has_to_agree_can_be_asked_and_the_value_can_be_read():
    assert all(rule.value is not None and rule.sealed_from is not None for rule in CORRECTABLE.values())


def test_paths_name_lines_and_containers():
    assert rule_of("lines.2.package") is CORRECTABLE["lines.*.package"]
    assert rule_of("planned_method") is CORRECTABLE["planned_method"]
    assert rule_of("state") is None


OF_EITHER = {"consignee_id", "consignee_site_id", "planned_method", "carrier_id", "vehicle_id"}


@pytest.mark.parametrize(
    ("kind", "more"),
    [(WasteKind.HAZARDOUS, {"driver_id", "emergency_measures"}), (WasteKind.GENERAL, set())],
)
def test_what_a_submission_requires(kind, more):
    assert {rule.path for rule in required_at(ConsignmentAct.SUBMIT, kind)} == OF_EITHER | more
