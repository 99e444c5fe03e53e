"""Tests that could not run are named loudly at the end; where all must run, they fail.

A test that needs something the machine lacks calls `cannot_run(what, why)`. On somebody's laptop that is a
skip, listed at the end of the run. With REQUIRE_ALL=1, as CI has it, it is a failure, and so is a run in
which no PostgreSQL test or no browser test passed at all.
"""

import os
from collections import Counter
from collections.abc import Generator
from typing import NoReturn

import pytest

NOT_RUN = "NOT RUN: "
REQUIRED_MARKS = ("postgresql", "browser")


def all_must_run() -> bool:
    return os.environ.get("REQUIRE_ALL") == "1"


def cannot_run(what: str, why: str) -> NoReturn:
    """Skip this test because `what` is not on this machine, or fail it where everything must run."""
    message = f"{NOT_RUN}{what}: {why}"
    if all_must_run():
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _passed_marks(reporter: pytest.TerminalReporter) -> set[str]:
    passed = reporter.stats.get("passed", [])
    return {mark for mark in REQUIRED_MARKS if any(mark in report.keywords for report in passed)}


def _missing_marks(reporter: pytest.TerminalReporter) -> list[str]:
    return [mark for mark in REQUIRED_MARKS if mark not in _passed_marks(reporter)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_controller = not hasattr(session.config, "workerinput")
    if is_controller and reporter and all_must_run() and _missing_marks(reporter) and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    yield  # the usual summary first, so that this is what one sees last
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if NOT_RUN in text:
            reasons[text.split(NOT_RUN, 1)[1]] += 1
    if reasons:
        terminalreporter.section("NOT RUN ON THIS MACHINE", sep="!", red=True, bold=True)
        for reason, number in reasons.items():
            terminalreporter.line(f"{number} tests NOT RUN: {reason}", red=True, bold=True)
    if all_must_run():
        for mark in _missing_marks(terminalreporter):
            terminalreporter.line(
                f"FAILED: no test marked '{mark}' ran and passed, and all must run", red=True
            )
