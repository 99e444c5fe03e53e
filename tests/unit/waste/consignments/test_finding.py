"""What people type to name a consignment."""

import pytest

from app.foundation.documents.short_code import read_short_code
from app.waste.consignments.queries.finding import is_named


@pytest.mark.parametrize("typed", ["M-2611-0015", "m-2611-0015"])
def test_a_number_that_would_pass_for_a_short_code_is_still_a_number(typed):
    assert read_short_code(typed) is not None

    assert str(is_named(typed).compile(compile_kwargs={"literal_binds": True})) == (
        "consignments.number = 'M-2611-0015'"
    )


def test_a_short_code_is_found_as_people_type_it():
    assert "short_code" in str(is_named("7h3k9px28"))
