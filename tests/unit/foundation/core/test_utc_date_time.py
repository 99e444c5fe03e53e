"""Instants go into the database aware and come out aware."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from app.foundation.core.models import UtcDateTime

DIALECTS = [sqlite.dialect(), postgresql.dialect()]
TEN_THERE = datetime(2026, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=8)))
TWO_UTC = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_naive_instant_is_refused(dialect):
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 20, 10, 0), dialect)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_an_instant_comes_back_as_the_same_instant_in_utc(dialect):
    column = UtcDateTime()

    back = column.process_result_value(column.process_bind_param(TEN_THERE, dialect), dialect)

    assert back == TWO_UTC
    assert back.tzinfo is UTC


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_no_instant_stays_none(dialect):
    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None
