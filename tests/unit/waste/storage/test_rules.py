from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.foundation.core.units import Grams
from app.foundation.rulebook.decision import RuleViolated, ensure_allowed
from app.foundation.rulebook.outcome import UNKNOWN, OutcomeKind
from app.waste.registry.models import WasteForm
from app.waste.storage.models import FacilityType
from app.waste.storage.rules import LABEL_FIELDS
from tests.unit.rule_samples import (
    APART,
    CODE,
    KEPT,
    LABEL,
    SPOT,
    an_occupant,
    groups,
    kilograms,
    the_finding,
    tonnes,
)

FINDING, PASS, NOT_EVALUABLE = OutcomeKind.FINDING, OutcomeKind.PASS, OutcomeKind.NOT_EVALUABLE
FREE = KEPT["HJ1276-L-code"]
ASSIGNED = KEPT["GB18597-4.3-a"]


def put_away(*found):
    return ensure_allowed(found, act="put_away", overrides={}, may_override=False)


# --- GB18597-8.3.5-a: at most 3 t at a spot ---


@pytest.mark.parametrize(
    ("inbound", "outcome"),
    [(99_999, PASS), (100_000, PASS), (100_001, FINDING)],
)
def test_a_spot_holds_three_tonnes_and_not_a_gram_more(inbound, outcome):
    assert the_finding("GB18597-8.3.5-a", replace(SPOT, inbound=Grams(inbound))).outcome is outcome


def test_tv_1_a_spot_over_three_tonnes_stops_the_put_away():
    found = the_finding("GB18597-8.3.5-a", replace(SPOT, stock=tonnes("2.9"), inbound=tonnes("0.15")))

    assert (found.observed, found.threshold, found.unit) == ("3.0500", "3.0000", "t")
    assert str(found.text()) == "贮存点实时贮存量 3.0500 吨，超过 3.0000 吨"
    with pytest.raises(RuleViolated):
        put_away(found)
    assert put_away(the_finding("GB18597-8.3.5-a", SPOT)) == ()


@pytest.mark.parametrize("kind", [kind for kind in FacilityType if kind is not FacilityType.SPOT])
def test_the_three_tonnes_are_for_spots_only(kind):
    facts = replace(SPOT, facility_kind=kind, stock=tonnes("500"))

    assert the_finding("GB18597-8.3.5-a", facts).outcome is PASS


def test_the_three_tonnes_are_the_whole_spots_not_each_zones():
    zone = replace(SPOT, subject_kind="zone", stock=tonnes("4"))

    assert the_finding("GB18597-8.3.5-a", zone).outcome is PASS


def test_the_article_of_the_day_is_cited():
    before = the_finding("GB18597-8.3.5-a", SPOT, on=date(2026, 8, 14))
    after = the_finding("GB18597-8.3.5-a", SPOT, on=date(2026, 8, 15))

    assert (before.citation, after.citation) == ("SWL 79", "ECC 533")
    assert "（原《固体废物污染环境防治法》第79条）" in str(after.source())


# --- GB18597-4.2: type and capacity ---


@pytest.mark.parametrize(("inbound", "outcome"), [(99_999, PASS), (100_000, PASS), (100_001, FINDING)])
def test_stock_stays_within_the_capacity_to_the_gram(inbound, outcome):
    assert the_finding("GB18597-4.2", replace(SPOT, inbound=Grams(inbound))).outcome is outcome


@pytest.mark.parametrize(
    ("kind", "suits"),
    [
        (FacilityType.WAREHOUSE, "S SS L G"),
        (FacilityType.SPOT, "S SS L G"),
        (FacilityType.YARD, "S"),
        (FacilityType.POOL, "SS L"),
        (FacilityType.TANK_FARM, "SS L"),
    ],
)
def test_each_type_of_facility_suits_its_forms(kind, suits):
    suitable = [
        form.value
        for form in WasteForm
        if the_finding("GB18597-4.2", replace(SPOT, facility_kind=kind, form=form)).outcome is PASS
    ]

    assert suitable == suits.split()


def test_a_standing_check_asks_the_size_only():
    pool = replace(SPOT, facility_kind=FacilityType.POOL, form=None, inbound=Grams(0))

    assert the_finding("GB18597-4.2", pool).outcome is PASS
    assert the_finding("GB18597-4.2", replace(pool, stock=tonnes("3.1"))).outcome is FINDING


def test_a_full_facility_is_told_even_when_the_form_is_unknown():
    assert the_finding("GB18597-4.2", replace(SPOT, stock=tonnes("3"), form=UNKNOWN)).outcome is FINDING


def test_a_full_facility_is_a_warning_to_confirm_since_the_clause_is_from_memory():
    found = the_finding("GB18597-4.2", replace(SPOT, inbound=tonnes("0.2")))

    with pytest.raises(RuleViolated) as caught:
        put_away(found)
    assert caught.value.to_confirm == (found,)
    assert "库存将达 3.1000 吨，贮存能力 3.0000 吨" in str(found.text())


# --- GB18597-4.3-a: zone of its class ---


@pytest.mark.parametrize(
    ("codes", "forms", "outcome"),
    [
        ({"900-249-08"}, {"L"}, PASS),
        ({"HW08"}, {"L", "S"}, PASS),
        ({"900-249-08"}, {"S"}, FINDING),
        ({"900-214-08", "HW09"}, {"L"}, FINDING),
        (set(), {"L"}, FINDING),
        ({"HW08"}, set(), FINDING),
    ],
)
def test_a_zone_takes_the_codes_and_forms_assigned_to_it(codes, forms, outcome):
    facts = replace(ASSIGNED, assigned_codes=frozenset(codes), assigned_forms=frozenset(forms))

    assert the_finding("GB18597-4.3-a", facts).outcome is outcome


# --- GB18597-4.3-b: incompatible wastes ---


def beside(*occupants, code="900-300-34", form=WasteForm.LIQUID, **properties):
    facts = replace(APART, groups=groups(code, form, **properties), occupants=occupants)
    return the_finding("GB18597-4.3-b", facts)


def test_tv_8_acid_and_alkali_do_not_share_a_zone():
    found = beside(an_occupant("900-352-35"))

    assert found.outcome is FINDING
    assert str(found.text()) == (
        "不相容废物接触风险：本容器（强酸）与 桶 900-352-35（强碱），可能引起爆炸性反应并产生热"
    )
    with pytest.raises(RuleViolated):
        put_away(found)


def test_an_acid_of_unknown_kind_is_not_compatible_with_cyanide():
    found = beside(an_occupant("336-104-33"))

    assert (found.outcome, found.missing) == (NOT_EVALUABLE, ("acid",))
    assert "本容器的是否为酸及酸的种类" in str(found.text())
    with pytest.raises(RuleViolated):
        put_away(found)


def test_the_entered_kind_of_acid_decides():
    cyanide, chromium = an_occupant("336-104-33"), an_occupant("261-041-21", WasteForm.SOLID)

    assert beside(cyanide, acid="non_oxidising").outcome is FINDING
    assert beside(cyanide, acid="oxidising").outcome is PASS
    assert beside(chromium, acid="oxidising").outcome is FINDING
    assert beside(chromium, acid="non_oxidising").outcome is PASS


def test_what_is_unknown_of_the_waste_beside_is_asked_by_its_name():
    found = beside(an_occupant("336-063-17", WasteForm.SOLID), acid="non_oxidising")

    assert found.missing == ("cyanide",)
    assert "桶 336-063-17 的是否含氰化物" in str(found.text())


def test_an_unknown_kind_of_acid_does_no_harm_beside_oil():
    assert beside(an_occupant("900-249-08")).outcome is PASS


def test_a_certain_clash_is_told_before_an_open_question():
    assert beside(an_occupant("336-104-33"), an_occupant("900-352-35")).outcome is FINDING


def test_an_occupant_of_unknown_groups_makes_the_rule_not_evaluable():
    found = beside(replace(an_occupant("900-249-08"), groups=UNKNOWN))

    assert (found.outcome, found.missing) == (NOT_EVALUABLE, ("groups",))


def test_a_waste_is_compatible_with_itself_and_with_an_empty_zone():
    same = replace(an_occupant("900-300-34"), stream=APART.stream)

    assert beside(same).outcome is PASS
    assert beside().outcome is PASS


# --- HJ1276-L-code ---


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (CODE[:-1], "37位"),
        (CODE[:17] + "B" + CODE[18:], "校验位"),
        (CODE[:26] + "20240230" + CODE[34:], "日期"),
        (CODE[:24] + "99" + CODE[26:], "危险废物代码"),
        (CODE[:-3] + "000", "序号"),
        (CODE[:18] + "9000060X" + CODE[26:], "只能是数字"),
        (CODE.lower(), "大写"),
        (" " + CODE, "空格"),
    ],
)
def test_a_wrong_identification_code_is_told_with_its_reason(code, reason):
    found = the_finding("HJ1276-L-code", replace(FREE, digital_code=code))

    assert found.outcome is FINDING
    assert reason in str(found.text())


@pytest.mark.parametrize(("serial", "outcome"), [("000", FINDING), ("001", PASS), ("999", PASS)])
def test_serials_run_from_1_to_999(serial, outcome):
    facts = replace(FREE, digital_code=CODE[:-3] + serial)

    assert the_finding("HJ1276-L-code", facts).outcome is outcome


@pytest.mark.parametrize(("days", "outcome"), [(-1, FINDING), (0, PASS), (1, PASS)])
def test_the_day_in_the_code_is_not_after_the_print(days, outcome):
    facts = replace(FREE, printed_on=date(2024, 7, 1) + timedelta(days))

    assert the_finding("HJ1276-L-code", facts).outcome is outcome


def test_an_unlisted_waste_code_and_a_taken_code_are_findings():
    assert "不在名录" in str(the_finding("HJ1276-L-code", replace(FREE, is_listed=False)).text())
    assert "已被另一容器使用" in str(the_finding("HJ1276-L-code", replace(FREE, is_taken=True)).text())


def test_a_wrong_code_is_a_finding_whatever_else_is_unknown():
    facts = replace(FREE, digital_code=CODE[:-1], is_listed=UNKNOWN, is_taken=UNKNOWN, printed_on=UNKNOWN)

    assert the_finding("HJ1276-L-code", facts).outcome is FINDING


# --- HJ1276-L-fields ---


@pytest.mark.parametrize("name", LABEL_FIELDS)
def test_each_required_field_of_a_label_may_not_be_blank(name):
    blank = {"hazards": frozenset(), "generated_on": None, "form": None}.get(name, " ")

    found = the_finding("HJ1276-L-fields", replace(LABEL, **{name: blank}))

    assert found.outcome is FINDING
    assert str(LABEL_FIELDS[name]) in str(found.text())


def test_all_blank_fields_are_named_at_once():
    found = the_finding("HJ1276-L-fields", replace(LABEL, contact="", precautions=""))

    assert str(found.text()) == "标签信息不完整：注意事项、联系人和联系方式"


@pytest.mark.parametrize(
    ("weight", "is_due", "outcome"),
    [(None, False, PASS), (None, True, FINDING), (kilograms("180"), True, PASS)],
)
def test_the_weight_is_required_from_sealing_on(weight, is_due, outcome):
    facts = replace(LABEL, weight=weight, is_weight_due=is_due)

    assert the_finding("HJ1276-L-fields", facts).outcome is outcome
