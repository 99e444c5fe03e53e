from datetime import date

import pytest

from app.foundation.rulebook.assessment import assess
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.overlays import Jurisdiction
from app.foundation.rulebook.rules import Confidence, Severity
from tests.unit.foundation.rulebook.small import (
    DAY,
    PREDICATES,
    TANK,
    TankFacts,
    a_book,
    an_overlay,
    the_finding,
)

PARK = Jurisdiction(province="44", city="4403", park="chenghu")
PROVINCE = an_overlay(id="PROVINCE")
CITY = an_overlay(id="CITY", area={"city": "4403"}, limits={"stock": {"value": "1"}})
PARK_RULE = an_overlay(id="PARK", area={"park": "chenghu"}, limits={"stock": {"value": "1.5"}}, block=True)


def in_tonnes(rule):
    return rule.limits["stock"].text


@pytest.mark.parametrize(
    ("place", "limit", "overlay"),
    [
        (Jurisdiction(), "3.0000", None),
        (Jurisdiction(province="33"), "3.0000", None),
        (Jurisdiction(province="44"), "2.0000", "PROVINCE"),
        (Jurisdiction(province="44", city="4401"), "2.0000", "PROVINCE"),
        (Jurisdiction(province="44", city="4403"), "1.0000", "CITY"),
        (PARK, "1.0000", "PARK"),
    ],
)
def test_the_tightest_of_nation_province_city_and_park_binds(place, limit, overlay):
    rule = a_book(PARK_RULE, CITY, PROVINCE).effective("TEST-1", (place,), DAY)

    assert (in_tonnes(rule), rule.overlay_id) == (limit, overlay)
    assert rule.block is (overlay == "PARK")


def test_an_overlay_binds_within_its_own_dates():
    book = a_book(an_overlay(valid_from=date(2026, 11, 22), valid_to=date(2026, 11, 23)))

    limits = [in_tonnes(book.effective("TEST-1", (PARK,), date(2026, 11, day))) for day in (21, 22, 23, 24)]

    assert limits == ["3.0000", "2.0000", "2.0000", "3.0000"]


def test_an_overlay_that_repeats_the_national_number_is_not_named():
    rule = a_book(an_overlay(limits={"stock": {"value": "3"}})).effective("TEST-1", (PARK,), DAY)

    assert rule.overlay_id is None


def test_an_overlay_may_raise_the_severity_and_firm_up_a_rule_from_memory():
    book = a_book(an_overlay(severity="violation", limits={}), severity="warning", confidence="M")

    rule = book.effective("TEST-1", (PARK,), DAY)

    assert (rule.severity, rule.confidence) == (Severity.VIOLATION, Confidence.VERIFIED)
    assert not rule.needs_review


def test_a_local_setting_does_not_weaken_a_verified_rule():
    rule = a_book(an_overlay(confidence="P")).effective("TEST-1", (PARK,), DAY)

    assert rule.confidence is Confidence.VERIFIED


def test_a_transfer_is_bound_by_both_ends():
    facts = [TankFacts(subject_id=TANK, mass=2_500_000, fill=0)]

    (found,) = assess(
        PREDICATES, facts, on=DAY, jurisdiction=(Jurisdiction(province="33"), PARK), book=a_book(PROVINCE)
    )

    assert (found.outcome, found.overlay_id) == (OutcomeKind.FINDING, "PROVINCE")


def test_a_finding_names_the_overlay_it_rests_on():
    book = a_book(PROVINCE)

    assert the_finding(book, mass=2_500_000).outcome is OutcomeKind.PASS
    assert the_finding(book, mass=2_500_000, at=PARK).as_json()["overlay_id"] == "PROVINCE"
