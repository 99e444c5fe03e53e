"""Floor plans in whole decimetres: what overlaps, sticks out and touches, and laying zones out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.waste.storage.floor_plan import (
    Door,
    Plan,
    Rect,
    arranged,
    decimetres,
    metres,
    plan_of,
    plan_problems,
    touching,
)


def pointers(plan, codes=("A1", "A2")):
    return [problem.pointer for problem in plan_problems(plan, codes)]


def test_edges_touch_and_corners_do_not():
    one = Rect(0, 0, 40, 30)

    assert one.touches(Rect(40, 10, 20, 30))
    assert one.touches(Rect(10, 30, 5, 5))
    assert not one.touches(Rect(40, 30, 20, 20))
    assert not one.touches(Rect(41, 0, 20, 20))
    assert not one.overlaps(Rect(40, 10, 20, 30))
    assert one.overlaps(Rect(39, 29, 20, 30))
    assert touching({"B": Rect(40, 0, 5, 5), "A": one, "C": Rect(90, 0, 5, 5)}) == [("A", "B")]


@pytest.mark.parametrize(
    ("plan", "wrong"),
    [
        (Plan(0, 10_000), ["#/width", "#/depth"]),
        (Plan(200, 90, zones={"A1": Rect(0, 0, 40, 30), "A2": Rect(39, 0, 40, 30)}), ["#/zones/1/x"]),
        (Plan(200, 90, zones={"A1": Rect(170, 70, 31, 21)}), ["#/zones/0/x", "#/zones/0/y"]),
        (Plan(200, 90, zones={"A2": Rect(0, 0, 0, 5)}), ["#/zones/1/width"]),
        (Plan(200, 90, aisles=(Rect(0, 40, 201, 10),)), ["#/aisles/0/x"]),
        (Plan(200, 90, aisles=(Rect(0, 25, 200, 10),), zones={"A1": Rect(0, 0, 40, 30)}), ["#/zones/0/y"]),
        (
            Plan(200, 90, doors=(Door("left", 80, 11), Door("north", 0, 5))),
            ["#/doors/0/at", "#/doors/1/side"],
        ),
        (Plan(200, 90, doors=(Door("top", 180, 20),), zones={"A1": Rect(160, 60, 40, 30)}), []),
    ],
)
def test_everything_wrong_with_a_plan_is_named(plan, wrong):
    assert pointers(plan) == wrong


def test_a_stored_plan_comes_back():
    plan = arranged(200, 90, {"A1": 13, "A2": 10, "A3": 5})
    layouts = {code: rect.as_layout() for code, rect in plan.zones.items()}

    assert plan_of(plan.outline, layouts | {"B1": {}}) == plan
    assert plan_of({}, layouts) is None


@given(
    width=st.integers(60, 2_000),
    depth=st.integers(30, 2_000),
    capacities=st.lists(st.integers(1, 10**9), max_size=12),
)
def test_an_automatic_layout_has_nothing_wrong(width, depth, capacities):
    shares = {f"A{number}": capacity for number, capacity in enumerate(capacities)}
    plan = arranged(width, depth, shares)

    assert set(plan.zones) == set(shares)
    assert plan_problems(plan, list(shares)) == []


@given(st.integers(0, 99_999))
def test_metres_are_read_as_they_are_written(size):
    assert decimetres(metres(size)) == size


@pytest.mark.parametrize(("text", "size"), [("12", 120), ("3.40 m", 34), (" 0.5米", 5)])
def test_what_people_type_as_metres(text, size):
    assert decimetres(text) == size


@pytest.mark.parametrize("text", ["", "1.25", "-3", "1e3", "１２", "12345", "1.x"])
def test_what_is_no_length(text):
    with pytest.raises(ValueError):
        decimetres(text)
