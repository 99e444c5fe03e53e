"""Answers kept in memory: found under what they rest on, and never more of them than fit."""

from app.entry.kept import KeptAnswers


def test_an_answer_is_found_under_all_it_rests_on():
    answers = KeptAnswers()

    answers.keep(("trip", 3), "third")

    assert (answers.get(("trip", 3)), answers.get(("trip", 4))) == ("third", None)


def test_those_asked_for_longest_ago_go_first():
    answers = KeptAnswers(at_most=10)
    answers.keep("a", "12345")
    answers.keep("b", "12345")
    answers.get("a")

    answers.keep("c", "12345")

    assert [key for key in "abc" if answers.get(key)] == ["a", "c"]


def test_one_kept_again_counts_once():
    answers = KeptAnswers(at_most=10)
    answers.keep("a", "12345")

    answers.keep("b", "12345")
    answers.keep("b", "1234")

    assert (answers.get("a"), answers.get("b")) == ("12345", "1234")


def test_what_fits_nowhere_is_not_kept():
    answers = KeptAnswers(at_most=3)

    answers.keep("a", "12345")

    assert answers.get("a") is None
