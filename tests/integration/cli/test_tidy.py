"""`flask tidy run`: what may be forgotten is, and nothing else."""

from datetime import timedelta

from sqlalchemy import select

from app.entry.models import IdempotentAnswer
from app.foundation.core.clock import utc_now
from app.parties.accounts.models import SignInAttempts


def an_answer(scope, age):
    return IdempotentAnswer(
        scope=scope,
        body_mac="-",
        status=200,
        content_type="application/json",
        etag=None,
        location=None,
        body=b"{}",
        created_at=utc_now() - age,
    )


def test_old_answers_and_spent_counts_go_and_locks_stay(app, stored, session):
    for thing in (
        an_answer("old", timedelta(days=31)),
        an_answer("young", timedelta(days=29)),
        SignInAttempts(email_hash="free", failures=2, locked_until=None),
        SignInAttempts(email_hash="locked", failures=0, locked_until=utc_now() + timedelta(minutes=5)),
    ):
        stored(thing)

    done = app.test_cli_runner().invoke(args=["tidy", "run"])

    assert done.output == "1 answers, 1 counts dropped\n"
    assert session.scalars(select(IdempotentAnswer.scope)).all() == ["young"]
    assert session.scalars(select(SignInAttempts.email_hash)).all() == ["locked"]
