"""Which container materials suit a waste, in one mark each."""

from app.foundation.rulebook.outcome import UNKNOWN
from app.waste.storage.compatibility import WasteNature
from app.waste.storage.materials import RATING_WORDS, Rating, material_ratings


def nature(code, form="L"):
    return WasteNature(waste_code=code, form=form, hazards=frozenset("T"), properties={})


def test_oily_waste_goes_into_polyethylene_and_never_into_polypropylene():
    marks = material_ratings(nature("900-249-08"))

    assert (marks["hdpe"], marks["pp"], marks["mild_steel"]) == (
        Rating.RECOMMENDED,
        Rating.NOT_ADVISED,
        Rating.ACCEPTABLE,
    )
    assert len(marks) == 8


def test_the_safety_data_sheet_decides_where_the_table_says_so():
    assert material_ratings(nature("900-402-06"))["hdpe"] is Rating.READ_SHEET


def test_a_waste_of_no_row_has_no_marks():
    assert material_ratings(nature("900-402-06", UNKNOWN)) == {}


def test_every_mark_has_words():
    assert set(RATING_WORDS) == set(Rating)
