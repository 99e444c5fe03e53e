"""The local rows of domain-rules.md 11.1 that concern rules we have: what binds where, and what stays as it is."""

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from app.foundation.rulebook.assessment import assess
from app.foundation.rulebook.loader import DATA, load, merged, rulebook
from app.foundation.rulebook.outcome import OutcomeKind
from app.foundation.rulebook.overlays import Jurisdiction
from app.foundation.rulebook.rows import RulebookError
from app.foundation.rulebook.rules import Severity
from tests.unit.registry_samples import CROSSING, DAY, LEDGER, PLAN
from tests.unit.rule_samples import RULES

GUANGDONG, HENAN, BEIJING = (Jurisdiction(province=code) for code in ("44", "41", "11"))
SHANGHAI, SHAOXING = Jurisdiction(province="31"), Jurisdiction(province="33", city="3306")
SHANDONG, NOWHERE = Jurisdiction(province="37"), Jurisdiction(province="33", city="3301")


def rule_at(rule_id, place):
    return rulebook().effective(rule_id, [place], DAY)


def outcome(rule_id, facts, place, on=DAY):
    (found,) = assess({rule_id: RULES[rule_id]}, [facts], on=on, jurisdiction=place)
    return found


@pytest.mark.parametrize(("place", "years"), [(GUANGDONG, 10), (HENAN, 10), (BEIJING, 5), (NOWHERE, 5)])
def test_the_ledger_is_kept_longer_where_the_province_says_so(place, years):
    assert rule_at("HJ1259-6.4", place).limits["kept"].count == years
    kept = replace(LEDGER, years_operating=12, ledger_kept_years=years)
    assert outcome("HJ1259-6.4", kept, place).outcome is OutcomeKind.PASS
    short = replace(kept, ledger_kept_years=years - 1)
    assert outcome("HJ1259-6.4", short, place).outcome is OutcomeKind.FINDING


def test_guangdong_wants_changes_in_the_plan_within_fifteen_working_days():
    changed = replace(PLAN, changed_on=date(2026, 10, 30), today=date(2026, 11, 20))  # 15 working days
    late = replace(changed, today=date(2026, 11, 23))

    assert outcome("HJ1259-5.2.3", changed, GUANGDONG).outcome is OutcomeKind.PASS
    assert outcome("HJ1259-5.2.3", late, GUANGDONG).outcome is OutcomeKind.FINDING
    assert outcome("HJ1259-5.2.3", late, NOWHERE).outcome is OutcomeKind.PASS


def test_guangdong_makes_a_year_in_the_producers_store_a_violation():
    assert rule_at("HW-STORE-1Y-producer", NOWHERE).severity is Severity.WARNING
    there = rule_at("HW-STORE-1Y-producer", GUANGDONG)
    assert (there.severity, there.overlay_id, there.is_verified) == (Severity.VIOLATION, "GD-45", True)


def test_a_submission_in_shanghai_lapses_after_twelve_months():
    within = replace(CROSSING, submitted_on=date(2026, 9, 1), departs_on=date(2027, 9, 1))
    after = replace(within, departs_on=date(2027, 9, 2))

    assert outcome("ECC-476-2", within, SHANGHAI).outcome is OutcomeKind.PASS
    assert outcome("ECC-476-2", after, SHANGHAI).outcome is OutcomeKind.FINDING
    assert outcome("ECC-476-2", after, NOWHERE).outcome is OutcomeKind.PASS


def test_a_submission_in_shaoxing_ends_with_its_year():
    next_year = replace(CROSSING, submitted_on=date(2026, 12, 31), departs_on=date(2027, 1, 1))

    assert outcome("ECC-476-2", next_year, SHAOXING).outcome is OutcomeKind.FINDING
    assert outcome("ECC-476-2", next_year, NOWHERE).outcome is OutcomeKind.PASS


def test_shandong_asks_for_its_electronic_manifest():
    there = rule_at("GISW-emanifest", SHANDONG)

    assert (there.severity, there.overlay_id) == (Severity.WARNING, "SD-emanifest")
    assert rule_at("GISW-emanifest", NOWHERE).overlay_id is None


def test_tv_11_a_crossing_told_to_the_sending_province_only_is_found():
    told = replace(CROSSING, submitted_to=frozenset({"33"}), departs_on=date(2026, 9, 1))

    found = outcome("ECC-476-2", told, NOWHERE, on=date(2026, 9, 1))

    assert found.outcome is OutcomeKind.FINDING
    assert found.blocks


def test_tv_12_before_the_code_the_sending_province_was_enough():
    told = replace(CROSSING, submitted_to=frozenset({"33"}), departs_on=date(2026, 8, 10))

    assert assess({"ECC-476-2": RULES["ECC-476-2"]}, [told], on=date(2026, 8, 10), jurisdiction=NOWHERE) == []


def test_a_looser_row_is_refused():
    files = {path.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("rules/*.toml"))}
    looser = {
        "id": "XX-1",
        "rule": "HJ1259-6.4",
        "area": {"province": "99"},
        "source": {"zh": "某省", "en": "some province"},
        "confidence": "V",
        "limits": {"kept": {"value": "3"}},
    }
    with pytest.raises(RulebookError, match="looser"):
        load(merged(files), {"overlay": [looser]})
