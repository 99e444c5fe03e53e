from uuid import UUID

import pytest

from app.foundation.rulebook.decision import (
    Effect,
    Override,
    RuleViolated,
    created_since,
    effect_of,
    ensure_allowed,
)
from app.foundation.rulebook.outcome import UNKNOWN
from tests.unit.foundation.rulebook.small import TANK, a_book, the_finding

REASON = {"TEST-1": "应急转移，园区已同意"}


def allow(found, act="put_away", overrides=None, may_override=False, **more):
    return ensure_allowed([found], act=act, overrides=overrides or {}, may_override=may_override, **more)


@pytest.mark.parametrize(
    ("row", "act", "created", "effect"),
    [
        # at put-away, move and dispatch: violations V and S that the act would create
        ({"confidence": "V"}, "put_away", True, Effect.STOP),
        ({"confidence": "S"}, "put_away", True, Effect.STOP),
        ({"confidence": "V"}, "put_away", False, Effect.SHOW),
        ({"confidence": "V", "severity": "warning"}, "put_away", True, Effect.SHOW),
        ({"confidence": "P"}, "put_away", True, Effect.SHOW),
        # at other acts only (block)
        ({"confidence": "V"}, "submit", True, Effect.SHOW),
        ({"confidence": "V", "block": True}, "submit", True, Effect.STOP),
        ({"confidence": "V", "block": True}, "submit", False, Effect.STOP),
        ({"confidence": "P", "block": True}, "submit", True, Effect.STOP),
        # from memory: a warning to confirm, until reviewed
        ({"confidence": "M"}, "put_away", True, Effect.CONFIRM),
        ({"confidence": "M", "severity": "warning"}, "put_away", True, Effect.CONFIRM),
        ({"confidence": "M", "severity": "info"}, "put_away", True, Effect.SHOW),
        ({"confidence": "M"}, "put_away", False, Effect.SHOW),
        ({"confidence": "M", "block": True}, "submit", False, Effect.CONFIRM),
        ({"confidence": "M", "legally_reviewed": "王律师 2026-10-01"}, "put_away", True, Effect.STOP),
        # not a rule of this act
        ({"confidence": "V", "block": True}, "accept", True, Effect.SHOW),
    ],
)
def test_what_a_finding_does_to_an_act(row, act, created, effect):
    assert effect_of(the_finding(a_book(**row)), act, created=created) is effect


def test_a_pass_never_stops():
    assert effect_of(the_finding(a_book(block=True), mass=0), "put_away", created=True) is Effect.SHOW


@pytest.mark.parametrize(
    ("row", "inputs", "act", "effect"),
    [
        ({}, {"fill": UNKNOWN}, "put_away", Effect.STOP),
        ({}, {"mass": UNKNOWN}, "put_away", Effect.SHOW),
        ({}, {"fill": UNKNOWN}, "submit", Effect.SHOW),
        ({"block": True}, {"fill": UNKNOWN}, "submit", Effect.SHOW),
        ({"confidence": "M"}, {"fill": UNKNOWN}, "put_away", Effect.CONFIRM),
        ({"severity": "warning"}, {"fill": UNKNOWN}, "put_away", Effect.SHOW),
    ],
)
def test_a_missing_input_stops_only_when_the_act_must_supply_it(row, inputs, act, effect):
    found = the_finding(a_book(**row), **inputs)

    assert effect_of(found, act, created=False) is effect


def test_a_stop_raises_with_all_findings_at_once():
    book = a_book()
    found = [the_finding(book, subject_id=UUID(int=i)) for i in (1, 2)]

    with pytest.raises(RuleViolated) as caught:
        ensure_allowed(found, act="put_away", overrides={}, may_override=True)

    assert caught.value.findings == tuple(found)
    assert str(caught.value) == "超过 3.0000 t：3.000001（另有 1 条）"


def test_only_who_may_override_gets_past_a_stop():
    found = the_finding(a_book())

    with pytest.raises(RuleViolated) as caught:
        allow(found, overrides=REASON)

    assert caught.value.stops == (found,)
    assert allow(found, overrides=REASON, may_override=True) == (
        Override("TEST-1", "tank", TANK, "put_away", "应急转移，园区已同意", Effect.STOP),
    )


def test_anyone_acting_confirms_a_warning_with_a_reason():
    found = the_finding(a_book(confidence="M"))

    with pytest.raises(RuleViolated) as caught:
        allow(found, may_override=True)

    assert (caught.value.stops, caught.value.to_confirm) == ((), (found,))
    (confirmed,) = allow(found, overrides=REASON)
    assert confirmed.effect is Effect.CONFIRM


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_blank_reason_counts_for_nothing(reason):
    with pytest.raises(RuleViolated):
        allow(the_finding(a_book()), overrides={"TEST-1": reason}, may_override=True)


def test_overrides_that_nothing_asked_for_are_not_kept():
    assert allow(the_finding(a_book(), mass=0), overrides=REASON, may_override=True) == ()


def test_what_stood_before_and_did_not_change_only_shows():
    book = a_book()
    before = the_finding(book, mass=4_000_000)

    assert allow(before, created=created_since([before])) == ()
    assert allow(before, created=[]) == ()
    with pytest.raises(RuleViolated):
        allow(the_finding(book, mass=4_000_001), created=created_since([before]))
    with pytest.raises(RuleViolated):
        allow(before, created=[before])


def test_an_unknown_act_is_a_mistake_that_shows():
    with pytest.raises(ValueError):
        allow(the_finding(a_book()), act="fly")


def test_an_empty_violation_still_has_a_sentence():
    assert str(RuleViolated([])) == "规则不允许此操作"
