import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.storage.compatibility import (
    DATA,
    WasteGroups,
    WasteNature,
    group_name,
    groups_of,
    is_answer,
    meeting,
    properties,
)

GROUPING = {name for name, about in properties().items() if any(about.answers.values())}
"""Properties that lead to groups; the others are asked by other rules."""
RAW = tomllib.loads(Path(DATA).read_text("utf-8"))
GROUPS = sorted(set(RAW["groups"]) - {"*"})
some_groups = st.builds(
    lambda certain, possible: WasteGroups(frozenset(certain), dict.fromkeys(possible - certain, "acid")),
    st.sets(st.sampled_from(GROUPS), max_size=4),
    st.sets(st.sampled_from(GROUPS), max_size=4),
)


def certain(code, form="L", hazards="", **answers):
    return groups_of(WasteNature(code, form, frozenset(hazards.split()), answers)).certain


def asked(code, form="L", hazards="", **answers):
    return groups_of(WasteNature(code, form, frozenset(hazards.split()), answers)).open_questions


def only(*groups):
    return WasteGroups(frozenset(groups))


def test_the_data_names_no_unknown_group_property_or_answer():
    for row in RAW["pairs"]:
        assert set(row["groups"]) <= set(RAW["groups"])
    for row in RAW["properties"].values():
        assert {group for answer in row["answers"].values() for group in answer} <= set(GROUPS)
    for row in RAW["mapping"]:
        assert row.keys() <= {"match", "forms", "hazards", "groups", "ask", "implies"}
        assert set(row.get("groups", ())) <= set(GROUPS)
        assert set(row.get("ask", ())) <= set(RAW["properties"])
        for name, answer in row.get("implies", {}).items():
            assert answer in RAW["properties"][name]["answers"]


def test_every_group_can_be_reached():
    reached = {group for row in RAW["mapping"] for group in row.get("groups", ())}
    reached |= {
        group for row in RAW["properties"].values() for answer in row["answers"].values() for group in answer
    }

    assert reached == set(GROUPS)
    assert all(str(group_name(group)) for group in GROUPS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cyanides", "non_oxidising_acids"),
        ("hypochlorites", "non_oxidising_acids"),
        ("heavy_metals", "oxidising_acids"),
        ("strong_acids", "strong_alkalis"),
        ("ammonium_salts", "strong_alkalis"),
        ("oxidisers", "reducers"),
        ("water_reactives", "aqueous_liquids"),
        ("flammable_liquids", "oxidisers"),
        ("flammable_liquids", "oxidising_acids"),
        ("sulphides", "strong_acids"),
        ("peroxides", "organics"),
    ],
)
def test_each_pair_of_the_table_clashes_both_ways(one, other):
    assert meeting(only(one), only(other)).clash
    assert meeting(only(other), only(one)).clash


@pytest.mark.parametrize("alone", ["explosives", "infectious"])
def test_explosive_and_infectious_waste_stand_alone(alone):
    assert meeting(only(alone), only()).clash
    assert meeting(only("organics"), only(alone)).clash
    assert meeting(only(alone), only(alone)).clash is None


def test_what_may_be_explosive_or_infectious_is_asked():
    maybe = WasteGroups(frozenset(), {"infectious": "infectious"})

    assert meeting(maybe, only("organics")).asked_of_one == {"infectious"}
    assert meeting(only("infectious"), maybe).asked_of_other == {"infectious"}


@given(one=some_groups, other=some_groups)
def test_a_meeting_says_the_same_from_both_sides(one, other):
    there, back = meeting(one, other), meeting(other, one)

    assert bool(there.clash) == bool(back.clash)
    assert (there.asked_of_one, there.asked_of_other) == (back.asked_of_other, back.asked_of_one)


@given(one=some_groups, other=some_groups)
def test_an_open_question_never_counts_as_compatible(one, other):
    worst = WasteGroups(one.certain | set(one.possible)), WasteGroups(other.certain | set(other.possible))
    met = meeting(one, other)

    if meeting(*worst).clash and not {"explosives", "infectious"} & (worst[0].certain | worst[1].certain):
        assert met.clash or met.asked_of_one or met.asked_of_other


@pytest.mark.parametrize(
    ("code", "form", "hazards", "groups"),
    [
        ("900-300-34", "L", "C T", {"strong_acids", "aqueous_liquids"}),
        ("900-305-34", "L", "C T", {"strong_acids", "oxidising_acids", "aqueous_liquids"}),
        ("900-352-35", "L", "C T", {"strong_alkalis", "aqueous_liquids"}),
        ("193-003-35", "S", "C R", {"strong_alkalis", "sulphides"}),
        ("336-104-33", "L", "T R", {"cyanides", "aqueous_liquids"}),
        ("336-005-07", "S", "T R", {"cyanides"}),
        ("336-063-17", "SS", "T", {"heavy_metals"}),
        ("900-402-06", "L", "T I R", {"organics", "flammable_liquids"}),
        ("900-404-06", "S", "T I R", {"organics"}),
        ("900-249-08", "L", "T I", {"organics", "flammable_liquids"}),
        ("900-006-09", "L", "T", {"organics", "aqueous_liquids"}),
        ("267-001-15", "S", "R T", {"explosives"}),
        ("841-001-01", "S", "In", {"infectious"}),
        ("321-026-48", "S", "R", {"heavy_metals", "water_reactives"}),
        ("900-041-49", "S", "T", set()),
        ("900-003-S17", "S", "", set()),
    ],
)
def test_wastes_fall_into_their_groups(code, form, hazards, groups):
    assert certain(code, form, hazards) == groups


@pytest.mark.parametrize(
    ("code", "form", "hazards", "questions"),
    [
        ("900-300-34", "L", "C T", {"acid"}),
        ("900-305-34", "L", "C T", set()),
        ("336-063-17", "SS", "T", {"cyanide"}),
        ("336-063-17", "L", "T", {"cyanide", "acid", "alkali"}),
        ("336-064-17", "S", "T C", {"cyanide", "acid", "alkali"}),
        ("900-041-49", "S", "T In", {"infectious"}),
        ("900-249-08", "L", "T I", set()),
        ("900-999-49", "L", "T C I R", GROUPING - {"infectious"}),
    ],
)
def test_what_is_open_is_asked(code, form, hazards, questions):
    assert asked(code, form, hazards) == questions


def test_an_entered_answer_settles_a_question_and_adds_its_groups():
    assert asked("336-063-17", "SS", cyanide="no") == set()
    assert "cyanides" in certain("336-063-17", "SS", cyanide="yes")
    assert "cyanides" not in certain("336-063-17", "SS", cyanide="no")
    assert "oxidisers" in certain("900-249-08", oxidiser="yes")


def test_an_entered_answer_goes_before_the_one_the_code_implies():
    assert "oxidising_acids" not in certain("900-305-34", acid="non_oxidising")


def test_an_answer_nobody_could_choose_counts_as_not_entered():
    assert asked("900-300-34", acid="sour", taste="sour") == {"acid"}
    assert is_answer("acid", "none")
    assert not is_answer("acid", "sour")


def test_an_unknown_form_or_hazard_is_a_question_of_its_own():
    groups = groups_of(WasteNature("900-402-06", UNKNOWN, UNKNOWN))

    assert groups.certain == {"organics"}
    assert groups.possible == {"flammable_liquids": "form"}
    assert groups_of(WasteNature("900-402-06", "L")).possible == {"flammable_liquids": "hazards"}
    assert groups_of(WasteNature("900-402-06", "S")).possible == {}
