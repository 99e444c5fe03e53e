from decimal import Decimal

import pytest

from app.waste.storage.general_class import class_of, is_under_gb18599, pollutants
from app.waste.storage.models import FacilityType

AT_THE_LIMIT = {
    "mercury": "0.05", "alkyl_mercury": "0", "cadmium": "0.1", "chromium": "1.5", "chromium_vi": "0.5", "arsenic": "0.5",
    "lead": "1.0", "nickel": "1.0", "benzo_a_pyrene": "0.00003", "beryllium": "0.005", "silver": "0.5", "copper": "0.5",
    "zinc": "2.0", "manganese": "2.0", "fluoride": "10", "cyanide": "0.5", "sulphide": "1.0", "phosphate": "0.5",
    "petroleum": "5",
}  # fmt: skip


def decided(**results: str):
    return class_of({key: Decimal(value) for key, value in results.items()})


def test_everything_at_its_limit_is_class_one():
    assert pollutants().keys() == AT_THE_LIMIT.keys()
    assert decided(**AT_THE_LIMIT, ph="7").general_class == "I"


@pytest.mark.parametrize("key", sorted(AT_THE_LIMIT))
def test_one_pollutant_just_above_its_limit_is_class_two(key):
    above = str(Decimal(AT_THE_LIMIT[key]) + Decimal("0.00001"))

    decision = decided(**AT_THE_LIMIT | {key: above}, ph="7")

    assert decision.general_class == "II"
    assert [str(name) for name in decision.exceeded] == [str(pollutants()[key])]


@pytest.mark.parametrize(
    ("ph", "general_class"),
    [("5.9", "II"), ("5.99", "II"), ("6", "I"), ("9", "I"), ("9.01", "II")],
)
def test_tv_17_the_ph_decides_too(ph, general_class):
    assert decided(lead="0.1", ph=ph).general_class == general_class


@pytest.mark.parametrize("results", [{}, {"ph": "7"}, {"lead": "0.1"}])
def test_what_was_not_tested_counts_as_class_two(results):
    decision = decided(**results)

    assert (decision.general_class, decision.was_tested) == ("II", False)


def test_a_pollutant_out_of_the_table_is_refused():
    with pytest.raises(KeyError):
        decided(gold="1", ph="7")


def test_the_site_rules_bind_yards_and_landfills_only():
    assert [kind for kind in FacilityType if is_under_gb18599(kind)] == [
        FacilityType.CLASS_I_SITE,
        FacilityType.CLASS_II_SITE,
    ]
