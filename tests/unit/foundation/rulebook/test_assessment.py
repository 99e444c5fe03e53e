import json
from datetime import date
from uuid import UUID

import pytest

from app.foundation.rulebook.assessment import Predicate, assess, problems
from app.foundation.rulebook.outcome import UNKNOWN, OutcomeKind, finding
from app.foundation.rulebook.rules import Severity
from tests.unit.foundation.rulebook.small import (
    DAY,
    NOWHERE,
    PREDICATES,
    TANK,
    OtherFacts,
    TankFacts,
    a_book,
    the_finding,
)


def test_each_rule_is_evaluated_on_the_facts_of_its_kind_only():
    facts = [
        TankFacts(subject_id=UUID(int=1), mass=1, fill=0),
        OtherFacts(subject_id=UUID(int=2)),
        TankFacts(subject_id=UUID(int=3), mass=9_000_000, fill=0),
    ]

    found = assess(PREDICATES, facts, on=DAY, jurisdiction=NOWHERE, book=a_book())

    assert [(one.subject_id.int, one.outcome.value) for one in found] == [(1, "pass"), (3, "finding")]


def test_a_rule_without_predicate_is_listed_but_not_evaluated():
    facts = [TankFacts(subject_id=TANK, mass=9_000_000, fill=0)]

    assert assess({}, facts, on=DAY, jurisdiction=NOWHERE, book=a_book()) == []


def test_a_predicate_without_row_is_a_mistake_that_shows():
    with pytest.raises(KeyError):
        assess(
            {"NONE": Predicate(OtherFacts, lambda *_: finding())},
            [],
            on=DAY,
            jurisdiction=NOWHERE,
            book=a_book(),
        )


def test_all_missing_inputs_are_named():
    found = the_finding(a_book(), mass=UNKNOWN, fill=UNKNOWN)

    assert found.outcome is OutcomeKind.NOT_EVALUABLE
    assert found.missing == ("mass", "fill")


def test_a_rule_binds_only_while_it_is_in_force():
    book = a_book(valid_from=date(2026, 11, 22), valid_to=date(2026, 11, 22))
    facts = [TankFacts(subject_id=TANK, mass=9_000_000, fill=0)]

    counts = [
        len(assess(PREDICATES, facts, on=date(2026, 11, day), jurisdiction=NOWHERE, book=book))
        for day in (21, 22, 23)
    ]

    assert counts == [0, 1, 0]


def test_the_milder_stage_has_its_own_severity_and_does_not_block():
    book = a_book(block=True, milder_severity="warning")

    full = the_finding(book, mass=9_000_000, subject_id=UUID(int=7))
    milder = the_finding(book, mass=3_000_001, subject_id=UUID(int=7))

    assert (full.severity, full.blocks) == (Severity.VIOLATION, True)
    assert (milder.severity, milder.blocks) == (Severity.WARNING, False)


@pytest.mark.parametrize(
    ("on", "key", "text"),
    [
        (date(2026, 8, 14), "OLD 79", "测试标准 1；《旧法》第79条（现《新法典》第533条）"),
        (date(2026, 8, 15), "NEW 533", "测试标准 1；《新法典》第533条（原《旧法》第79条）"),
    ],
)
def test_the_article_in_force_on_the_day_is_cited_and_the_other_beside_it(on, key, text):
    found = the_finding(a_book(), on=on)

    assert found.citation == key
    assert str(found.source()) == text


def test_a_rule_without_law_cites_its_document():
    found = the_finding(a_book(citations=[]))

    assert found.citation is None
    assert str(found.source()) == "测试标准 1"


def test_texts_are_made_for_the_reader_from_id_and_numbers():
    book = a_book()
    english = {"超过 {threshold} {unit}：{observed}": "over {threshold} {unit}: {observed}"}

    found = the_finding(book).text()

    assert str(found) == "超过 3.0000 t：3.000001"
    assert found.render(lambda msgid: english.get(msgid, msgid)) == "over 3.0000 t: 3.000001"
    assert str(the_finding(book, mass=0).text()) == "罐不过满"


def test_a_finding_is_plain_data_without_text():
    data = the_finding(a_book()).as_json()

    assert json.loads(json.dumps(data)) == data
    assert data == {
        "rule_id": "TEST-1",
        "outcome": "finding",
        "severity": "violation",
        "confidence": "V",
        "blocks": False,
        "subject_kind": "tank",
        "subject_id": str(TANK),
        "observed": "3.000001",
        "threshold": "3.0000",
        "unit": "t",
        "params": {},
        "missing": [],
        "overlay_id": None,
        "citation": "NEW 533",
        "clause": "T 1 1",
    }


def test_problems_are_what_is_no_pass_worst_first():
    book = a_book(milder_severity="info")
    masses = {1: 0, 2: UNKNOWN, 3: 3_000_001, 4: 9_000_000}
    facts = [TankFacts(subject_id=UUID(int=10 + i), mass=mass, fill=0) for i, mass in masses.items()]

    found = problems(assess(PREDICATES, facts, on=DAY, jurisdiction=NOWHERE, book=book))

    assert [one.subject_id.int - 10 for one in found] == [4, 3, 2]
