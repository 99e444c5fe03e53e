"""Claims to an exemption: only rows that name the waste, only with the condition confirmed and proved."""

import pytest

from app.foundation.core.errors import Conflict, InvalidInput, NotFound
from app.waste.registry.operations.exemptions import (
    ClaimExemption,
    claim_exemption,
    end_exemption,
    exemptions_of,
)
from tests.factories.plant import a_plant

BATTERY = "900-052-31"


@pytest.fixture
def plant(database, has_code_lists):
    return a_plant(database)


@pytest.fixture
def stream(plant):
    return plant.stream(BATTERY)


def _claim(plant, stream, item="18.1", **changes):
    command = {"item": item, "is_met": True, "evidence": "防雨防渗防漏专用车"}
    with plant.working() as work:
        return claim_exemption(work, stream.id, ClaimExemption(**command | changes))


def test_the_list_names_the_step_and_the_claim(plant, stream):
    claim = _claim(plant, stream)

    with plant.working() as work:
        found = {item.number: item for item in exemptions_of(work, stream.id)}
    assert found["18.1"].claim.id == claim.id
    assert claim.steps == [found["18.1"].row.stage]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"item": "9.1"}, "#/item"),
        ({"is_met": False}, "#/is_met"),
        ({"evidence": "  "}, "#/evidence"),
        ({"evidence": "长" * 301}, "#/evidence"),
    ],
)
def test_what_is_wrong_is_named(plant, stream, changes, pointer):
    with pytest.raises(InvalidInput) as refused:
        _claim(plant, stream, **changes)

    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_a_row_is_claimed_once_and_again_after_its_end(plant, stream):
    first = _claim(plant, stream)
    with pytest.raises(Conflict):
        _claim(plant, stream)

    with plant.working() as work:
        end_exemption(work, first.id)
    with pytest.raises(Conflict), plant.working() as work:
        end_exemption(work, first.id)

    assert _claim(plant, stream).id != first.id


def test_another_firm_neither_sees_nor_ends_it(plant, stream):
    claim, other = _claim(plant, stream), a_plant(plant.database)

    with pytest.raises(NotFound), other.working() as work:
        exemptions_of(work, stream.id)
    with pytest.raises(NotFound), other.working() as work:
        end_exemption(work, claim.id)
