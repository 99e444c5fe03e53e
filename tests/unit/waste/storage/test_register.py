from datetime import date

import pytest

from app.foundation.core.errors import InvalidInput
from app.foundation.rulebook.limits import UNITS
from app.waste.storage.models import FacilityType
from app.waste.storage.register import (
    FieldKind,
    fields_for,
    fields_for_zone,
    group_names,
    labels_of,
    read_register,
    read_zone_register,
)

WAREHOUSE, TANKS = FacilityType.WAREHOUSE, FacilityType.TANK_FARM
LISTS = [list_of(kind) for kind in FacilityType for list_of in (fields_for, fields_for_zone)]


@pytest.mark.parametrize("fields", LISTS)
def test_every_field_has_its_group_once_and_a_unit_only_when_it_is_a_number(fields):
    keys = [field.key for field in fields]

    assert len(keys) == len(set(keys))
    for field in fields:
        assert field.group in group_names()
        assert bool(field.choices) == (field.kind is FieldKind.CHOICE)
        assert bool(field.unit) == (field.kind in (FieldKind.WHOLE, FieldKind.DECIMAL))
        assert field.unit in UNITS | {"", "m2"}


def test_each_type_of_facility_has_its_own_fields():
    keys = {kind: {field.key for field in fields_for(kind)} for kind in FacilityType}

    assert "bund_m3" in keys[TANKS] and "bund_m3" not in keys[WAREHOUSE]
    assert "fixed_boundary" in keys[FacilityType.SPOT]
    assert {"hdpe_mm", "wells_up"} <= keys[FacilityType.CLASS_II_SITE]
    assert {"containment_l", "separation"} <= {field.key for field in fields_for_zone(WAREHOUSE)}


def test_what_a_form_sends_and_what_json_sends_are_stored_alike():
    form = {
        "protect_wind": "true", "open_air": "no", "video_months": "３", "base_k_cm_s": " 1.0E-7 ", "base_type": "clay",
        "started_on": "2024-07-01", "stack_height_m": "", "scale": None,
    }  # fmt: skip
    json = {
        "base_type": "clay", "protect_wind": True, "open_air": False, "video_months": 3, "base_k_cm_s": "1.0e-7",
        "started_on": date(2024, 7, 1),
    }  # fmt: skip

    read = read_register(form, WAREHOUSE)

    assert read == read_register(json, WAREHOUSE)
    assert list(read) == list(read_register(json, WAREHOUSE))
    assert read["video_months"] == 3 and read["protect_wind"] is True and read["started_on"] == "2024-07-01"
    assert "stack_height_m" not in read


def test_every_wrong_value_is_told_at_once():
    entered = {
        "protect_wind": "maybe", "video_months": "-3", "base_k_cm_s": "viel", "base_type": "gold", "started_on": "gestern",
        "bund_m3": "1", "area_m2": True, "distance_m": True, "sign_posted": 1, "sign_matches": [], "eia_distance_m": "²",
    }  # fmt: skip

    with pytest.raises(InvalidInput) as caught:
        read_register(entered, WAREHOUSE)

    assert {problem.pointer for problem in caught.value.problems} == {
        f"#/register/{key}" for key in entered
    } - {"#/register/eia_distance_m"}


@pytest.mark.parametrize("entered", ["1e5000", "1" * 30, "1.5", "١٢", 1.5, [], {}])
def test_a_whole_number_is_refused_when_it_is_none(entered):
    with pytest.raises(InvalidInput):
        read_zone_register({"containment_l": entered}, WAREHOUSE)


def test_a_value_is_shown_in_words():
    fields = {field.key: field for field in fields_for(WAREHOUSE)}

    assert str(fields["base_type"].shown("clay")) == "黏土层"
    assert str(fields["scale"].shown(False)) == "否"
    assert str(labels_of(["scale", "nonsense"])["scale"]) == "电子地磅或台秤"
