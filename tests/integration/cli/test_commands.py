"""`flask keys|trace|accounts|files|registry|demo`: exit status and words."""

import json

import pytest
from sqlalchemy import select, text, update

from app.entry.work import House
from app.foundation.core.work import Actor
from app.foundation.files.operations import store_file
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.rebuilding import differences
from app.parties.accounts.commands import AddUser, GrantRole
from app.parties.accounts.models import Membership, Park
from app.parties.accounts.operations import add_user, grant_role
from app.parties.accounts.permissions import Role
from app.parties.accounts.signing_in import caller_of_token
from app.waste.registry.models import Balance
from migrations import triggers
from tests.factories import a_credit_code
from tests.factories.plant import a_plant

SYSTEM = Actor.system()


@pytest.fixture
def flask(app):
    """`flask("keys", "list")` runs a command and gives its result; standard error is in `.output` too."""
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=arguments)


@pytest.fixture
def plant(database):
    return a_plant(database)


@pytest.fixture
def person(plant, database):
    with database.writing(SYSTEM) as work:
        user = add_user(work, AddUser("lu@example.com", "陆青岚", "1", "correct horse"))
        return grant_role(work, GrantRole(user.id, Role.PRODUCER, plant.organisation_id, plant.park_id))


# --- keys ---


def test_keys_are_made_listed_and_retired(flask):
    made = flask("keys", "new")
    other = flask("keys", "new", "log")
    assert (made.exit_code, other.exit_code) == (0, 0)
    key_id = made.output.strip()

    listed = json.loads(flask("keys", "list", "--purpose", "qr", "--json").output)
    assert [(key["key_id"], key["purpose"], key["retired_at"]) for key in listed] == [(key_id, "qr", None)]
    assert set(listed[0]) == {"key_id", "purpose", "public_key", "created_at", "retired_at", "revoked_at"}

    assert flask("keys", "retire", key_id).exit_code == 0
    lines = flask("keys", "list").output.splitlines()
    assert [("retired" in line, line.split()[1]) for line in lines] == [(True, "qr"), (False, "log")]


def test_what_is_no_key_is_told_without_a_traceback(flask):
    answer = flask("keys", "retire", "00000000")

    assert answer.exit_code == 1
    assert "00000000" in answer.output
    assert "Traceback" not in answer.output
    assert flask("keys", "new", "everything").exit_code == 2


def test_a_new_key_takes_over_and_a_compromised_one_proves_nothing(flask, database):
    old = flask("keys", "new").output.strip()

    rotated = flask("keys", "rotate", "qr").output.split()
    revoked = flask("keys", "revoke", old, "--reason", "backup lost")

    assert rotated[:2] == [old, "retired"]
    assert revoked.exit_code == 0
    assert [line.split(maxsplit=3)[3][:7] for line in flask("keys", "list").output.splitlines()] == [
        "revoked",
        "in use",
    ]
    assert "backup lost" in flask("keys", "list").output
    assert flask("keys", "revoke", old, "--reason", "again").exit_code == 1
    assert flask("keys", "revoke", rotated[2], "--reason", " ").exit_code == 1
    with database.reading(SYSTEM) as work:
        names = work.session.scalars(select(TraceEvent.name).order_by(TraceEvent.recorded_at, TraceEvent.id))
        assert list(names) == ["signing_key.made", "signing_key.rotated", "signing_key.revoked"]
        assert differences(work) == []


# --- trace ---


def test_a_whole_log_is_proved(flask, plant):
    answer = flask("trace", "verify")

    assert answer.exit_code == 0
    first, *_, last = answer.output.splitlines()
    assert first == "ok: 3 events of 3 subjects verified"
    assert last == "3 events are not sealed yet"


def test_a_forged_event_is_named(flask, plant, database, session):
    event = session.scalars(select(TraceEvent).where(TraceEvent.name == "site.added")).one()
    with database.writing(SYSTEM) as work:
        triggers.drop(work.session.connection())
        work.session.execute(update(TraceEvent).where(TraceEvent.id == event.id).values(via="web"))

    answer = flask("trace", "verify")

    assert answer.exit_code == 1
    assert f"does not fit: event {event.id} (no. 1 of site {plant.site_id}): column via" in answer.output


def test_a_log_is_sealed_signed_proved_and_exported(flask, plant, session, tmp_path):
    event = session.scalars(select(TraceEvent).where(TraceEvent.name == "site.added")).one()
    slug = session.scalars(select(Park.slug).where(Park.id == plant.park_id)).one()
    logs = {"park": slug} if event.park_id else {}
    given = [part for name, value in logs.items() for part in (f"--{name}", value)]
    assert flask("trace", "checkpoint").exit_code == 1, "there is no key yet"
    flask("keys", "new", "log")
    note = tmp_path / "note.txt"

    assert "events sealed" in flask("trace", "seal").output
    assert flask("trace", "checkpoint", *given, "--out", str(note)).exit_code == 0
    proof = json.loads(flask("trace", "prove", str(event.id)).output)
    assert (proof["event_id"], proof["checkpoint"]) == (str(event.id), note.read_text("utf-8"))
    size = str(proof["size"])
    assert json.loads(flask("trace", "consistency", "1", size, *given).output)["new_root"]
    assert flask("trace", "consistency", size, str(proof["size"] + 1), *given).exit_code == 1
    assert flask("trace", "export", str(tmp_path / "log.jsonl"), *given).exit_code == 0
    assert proof["keys"] == flask("trace", "keys", *given).output.split()
    assert flask("trace", "checkpoints", *given).output.count("\n") == 1
    assert flask("trace", "verify", "--checkpoint", str(note)).exit_code == 0
    assert flask("trace", "prove", str(plant.site_id)).exit_code == 1

    note.write_text(note.read_text("utf-8").replace(f"\n{size}\n", f"\n{size}9\n", 1), "utf-8")
    assert "signed by no key" in flask("trace", "verify", "--checkpoint", str(note)).output
    note.write_text("nothing", "utf-8")
    assert flask("trace", "verify", "--checkpoint", str(note)).exit_code == 1


def test_the_state_is_compared_with_its_events(flask, plant, database):
    assert flask("trace", "rebuild", "--check").exit_code == 0
    with database.writing(SYSTEM) as work:
        work.session.execute(update(Park).values(city="1101"))

    answer = flask("trace", "rebuild", "--check")

    assert answer.exit_code == 1
    assert f"park {plant.park_id}: city differs from its events" in answer.output
    assert flask("trace", "rebuild").exit_code == 2


# --- accounts ---


def test_a_park_a_firm_and_a_person_are_taken_in(flask, session):
    code = a_credit_code()
    park = ("--name", "澄湖", "--name-en", "Chenghu", "--province", "99", "--city", "9901")

    assert flask("accounts", "park", "chenghu", *park).exit_code == 0
    firm = flask(
        "accounts", "organisation", code.lower(), "--name", "青梧", "--producer", "--park", "chenghu"
    )
    assert firm.exit_code == 0, firm.output
    user = ("--name", "陆青岚", "--role", "producer", "--organisation", code, "--password", "correct horse")
    assert flask("accounts", "user", "lu@example.com", *user).exit_code == 0

    again = flask("accounts", "park", "chenghu", *park)
    assert (again.exit_code, "Traceback" in again.output) == (1, False)
    wrong = flask("accounts", "organisation", "123", "--name", "", "--producer")
    assert wrong.exit_code == 1
    assert "#/credit_code" in wrong.output
    assert "#/name" in wrong.output


def test_a_token_is_printed_once_and_works(flask, person, database):
    answer = flask("accounts", "token", "--email", "LU@example.com", "--scope", "read,scan")

    token = answer.output.strip()
    assert answer.exit_code == 0
    with database.reading(SYSTEM) as work:
        caller = caller_of_token(work, token)
    assert caller.actor.user_id == person.user_id
    assert "scan" in caller.actor.permissions
    assert "containers.manage" not in caller.actor.permissions

    assert flask("accounts", "revoke-tokens", "--email", "lu@example.com").output == "1 tokens revoked\n"
    with database.reading(SYSTEM) as work:
        assert caller_of_token(work, token) is None


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--email", "lu@example.com", "--scope", "all"), 1),
        (("--email", "nobody@example.com", "--scope", "read"), 1),
        (("--email", "lu@example.com"), 2),
        (("--email", "lu@example.com", "--scope", "read", "--days", "0"), 2),
    ],
)
def test_no_token_for_nothing(flask, person, arguments, status):
    answer = flask("accounts", "token", *arguments)

    assert answer.exit_code == status
    assert "plk_" not in answer.output
    assert "Traceback" not in answer.output


def test_a_role_is_taken_away_by_command(flask, person, session):
    assert flask("accounts", "end-role", "--email", "lu@example.com", "--role", "driver").exit_code == 1
    assert flask("accounts", "end-role", "--email", "lu@example.com").output == "producer ended\n"

    session.expire_all()
    assert session.get_one(Membership, person.id).ended_at
    assert flask("accounts", "end-role", "--email", "lu@example.com").exit_code == 1


# --- files, registry, demo ---


def test_files_without_a_row_are_swept(flask, app, database):
    house: House = app.extensions["house"]
    with database.writing(SYSTEM) as work:
        kept = store_file(work, house.files, b"kept", "a", "text/plain", work.today)
    orphan = house.files.put(b"orphan")

    answer = flask("files", "sweep")

    assert answer.exit_code == 0
    assert house.files.path(kept.sha256).exists()
    assert not house.files.path(orphan).exists()


def test_the_ledger_is_proved_and_a_changed_balance_found_and_mended(flask, plant, database):
    plant.drum(plant.stream())
    assert flask("registry", "verify").exit_code == 0
    with database.writing(SYSTEM) as work:
        work.session.execute(update(Balance).values(mass=1))

    answer = flask("registry", "verify")

    assert answer.exit_code == 1
    assert "0.001 kg kept, 186.000 kg posted" in answer.output
    assert flask("registry", "rebuild-balances").output == "1 balances rebuilt\n"
    assert flask("registry", "verify").exit_code == 0


def test_the_demo_stays_out_of_other_peoples_data(flask, plant, database):
    with database.writing(SYSTEM) as work:
        work.session.execute(text("UPDATE parks SET is_demo = false"))

    answer = flask("demo", "build")

    assert answer.exit_code == 1
    assert "Traceback" not in answer.output


def test_production_gets_no_demo(flask, app, monkeypatch):
    from dataclasses import replace

    house: House = app.extensions["house"]
    production = replace(house, config=replace(house.config, environment="production"))
    monkeypatch.setitem(app.extensions, "house", production)

    answer = flask("demo", "build")

    assert answer.exit_code == 1
    assert "production" in answer.output


def test_a_wrong_anchor_day_is_told(flask, monkeypatch):
    monkeypatch.setenv("DEMO_TODAY", "yesterday")

    answer = flask("demo", "build")

    assert answer.exit_code == 1
    assert "DEMO_TODAY" in answer.output
