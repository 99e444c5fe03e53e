"""`flask registry`: ledgers in, and balances proved."""

import json

import pytest

from app.foundation.core.work import Actor
from migrations import triggers
from tests.integration.ledger_files import (
    CLEAN,
    MESSY,
    SAMPLES,
    a_producer,
    expected_verdict,
    verdict_of,
)


@pytest.fixture
def run(app):
    return lambda *arguments: app.test_cli_runner().invoke(args=["registry", *arguments])


@pytest.mark.parametrize(("file", "status"), [(CLEAN, 0), (MESSY, 1)])
def test_a_sample_gets_the_verdict_it_should(run, database, file, status):
    producer = a_producer(database, file)

    done = run("import", str(SAMPLES / file), "--organisation", producer.credit_code, "--json")

    assert done.exit_code == status
    answer = json.loads(done.stdout)
    assert verdict_of(answer) == expected_verdict(file)
    assert answer["stored"] is (status == 0)


def test_right_rows_go_in_when_asked_and_balances_are_proved(run, database):
    producer = a_producer(database, MESSY)

    done = run("import", str(SAMPLES / MESSY), "--organisation", producer.credit_code, "--accept-good")

    assert done.exit_code == 0
    assert "30" in done.stdout
    assert run("verify").exit_code == 0


def test_verify_names_a_changed_balance_and_rebuilding_mends_it(run, database):
    producer = a_producer(database)
    run("import", str(SAMPLES / CLEAN), "--organisation", producer.credit_code)
    with database.writing(Actor.system()) as work:
        work.session.connection().exec_driver_sql("UPDATE balances SET mass = mass + 1000")

    changed = run("verify")

    assert changed.exit_code == 1
    assert "kg kept" in changed.stderr
    assert run("rebuild-balances").exit_code == 0
    assert run("verify").exit_code == 0


def test_verify_names_a_changed_posting(run, database):
    producer = a_producer(database)
    run("import", str(SAMPLES / CLEAN), "--organisation", producer.credit_code)
    with database.writing(Actor.system()) as work:
        connection = work.session.connection()
        triggers.drop(connection)
        connection.exec_driver_sql("UPDATE postings SET mass = mass + 1")

    assert run("verify").exit_code == 1


def test_a_firm_nobody_knows_is_a_sentence(run, database):
    a_producer(database)

    done = run("import", str(SAMPLES / CLEAN), "--organisation", "91339999MA2XN10173")

    assert done.exit_code == 1
    assert "Traceback" not in done.output
