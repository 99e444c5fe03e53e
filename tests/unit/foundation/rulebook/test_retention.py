"""The retention matrix of domain-rules.md 16.3."""

from datetime import date

import pytest

from app.foundation.rulebook.overlays import Jurisdiction
from app.foundation.rulebook.retention import file_kept_until, keep_until, retention_matrix

CLOSED = date(2026, 12, 31)


@pytest.mark.parametrize("kind", [kind for kind, row in retention_matrix().items() if row.is_hazardous])
def test_what_is_tied_to_hazardous_waste_stays_ten_years_at_least(kind):
    until = keep_until(kind, CLOSED)

    assert until is None or until >= date(2036, 12, 31)


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        ("hw_ledger", date(2036, 12, 31)),
        ("hw_manifest", date(2036, 12, 31)),
        ("hw_landfill_record", None),
        ("general_ledger", date(2031, 12, 31)),
        ("permit_record", date(2031, 12, 31)),
        ("yard_archive", None),
        ("dust_data", date(2027, 12, 31)),
        ("video", date(2027, 3, 31)),
        ("waybill", date(2027, 12, 31)),
        ("trade", date(2031, 12, 31)),
        ("audit_log", date(2036, 12, 31)),
    ],
)
def test_each_kind_of_record_has_its_time(kind, until):
    assert keep_until(kind, CLOSED) == until


@pytest.mark.parametrize("province", ["44", "41"])
def test_a_province_that_asks_for_ten_years_is_kept(province):
    assert keep_until("hw_ledger", CLOSED, Jurisdiction(province=province)) == date(2036, 12, 31)


def test_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError):
        keep_until("diary", CLOSED)


@pytest.mark.parametrize(
    ("kind", "until"),
    [("hw_ledger", date(2038, 3, 1)), ("dust_data", date(2029, 3, 1)), ("yard_archive", date.max)],
)
def test_a_file_is_kept_as_long_as_what_it_proves_and_never_a_day_less(kind, until):
    assert file_kept_until(kind, date(2028, 2, 29)) == until
