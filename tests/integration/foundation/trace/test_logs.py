"""Logs: sealed in one order whoever seals, proved by a verifier that shares nothing with us, and every forgery named."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, func, select, update

from app.foundation.core.errors import Conflict, InvalidInput, NotFound
from app.foundation.core.ids import NO_ID, new_id
from app.foundation.core.work import Actor
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key
from app.foundation.trace import proving
from app.foundation.trace.checkpoints import (
    add_cosignature,
    is_checkpoint_due,
    latest_checkpoint,
    make_checkpoint,
    whole_note,
)
from app.foundation.trace.logs import Log, TraceCheckpoint, TraceCosignature, TraceLeaf, TraceNode
from app.foundation.trace.merkle import Frontier, leaf_hash
from app.foundation.trace.models import TraceAbout, TraceEvent
from app.foundation.trace.notes import COSIGNATURE, VerifierKey, note_of, signature_line
from app.foundation.trace.proofs import consistency_of, export, proof_of
from app.foundation.trace.sealing import seal, seal_batch, size_of, unsealed_parks
from app.parties.accounts.logs import all_logs
from migrations import triggers
from tests.databases import ROOT
from tests.factories.plant import a_plant

SYSTEM = Actor.system()
KEYRING = Keyring(bytes(range(32)))
URL = "https://loop.example"
VERIFIER = ROOT / "verify" / "parkloop_verify.py"


@pytest.fixture
def log(database, plant):
    """The log of the plant's park, with a key to sign it; nothing in it is sealed."""
    with database.writing(SYSTEM) as work:
        new_key(work, KEYRING, KeyPurpose.LOG)
        return next(each for each in all_logs(work, URL) if each.park_id == plant.park_id)


@pytest.fixture
def events(database, drum, log):
    """Sealed, with a checkpoint in the middle and one at the end; gives how many there are."""
    with database.writing(SYSTEM) as work:
        seal_batch(work, log.park_id, limit=4)
        make_checkpoint(work, KEYRING, log)
    seal(database, log.park_id)
    with database.writing(SYSTEM) as work:
        return make_checkpoint(work, KEYRING, log).size


def reading(database, act):
    with database.reading(SYSTEM) as work:
        return act(work)


def leaves_of(database, log):
    chosen = select(TraceLeaf.event_id).where(TraceLeaf.log_id == log.id).order_by(TraceLeaf.leaf_index)
    return reading(database, lambda work: work.session.scalars(chosen).all())


# --- sealing ---


def test_every_event_becomes_one_leaf_of_its_own_log(database, drum, log):
    with database.writing(SYSTEM) as work:
        parks = set(unsealed_parks(work))
    sealed = sum(seal(database, park_id, batch=3) for park_id in parks)

    assert reading(database, lambda work: work.session.scalar(select(func.count(TraceEvent.id)))) == sealed
    assert reading(database, unsealed_parks) == []
    assert sum(seal(database, park_id) for park_id in parks) == 0
    proved = reading(database, lambda work: proving.prove(work, all_logs(work, URL), all_logs(work, URL)))
    assert proved.misfit is None
    assert sum(each.leaves for each in proved.logs) == sealed == proved.events.events
    assert proved.events.unsealed == 0


def test_the_root_is_that_of_the_envelopes_in_the_order_of_the_leaves(database, events, log):
    tree = Frontier()
    for event_id in leaves_of(database, log):
        chosen = select(TraceEvent.envelope).where(TraceEvent.id == event_id)
        list(
            tree.append(leaf_hash(reading(database, lambda work, q=chosen: work.session.scalar(q)).encode()))
        )

    newest = reading(database, lambda work: latest_checkpoint(work, log.park_id))

    assert (newest.size, newest.root_hash) == (events, tree.root.hex())


def test_events_of_one_thing_keep_their_order_though_their_ids_do_not(database, log, plant, monkeypatch):
    """Two nodes whose clocks differ: the second event of a zone has an older id than the first."""
    from app.foundation.trace import recording

    ids = iter(sorted((new_id() for _ in range(200)), reverse=True))
    monkeypatch.setattr(recording, "new_id", lambda: next(ids))
    plant.put(
        plant.stored(plant.stream(), plant.zone(plant.facility())), plant.zone(plant.facility(code="TS009"))
    )
    seal(database, log.park_id)

    chosen = (
        select(TraceEvent.subject_id, TraceEvent.sequence)
        .join(TraceLeaf, TraceLeaf.event_id == TraceEvent.id)
        .where(TraceLeaf.log_id == log.id)
        .order_by(TraceLeaf.leaf_index)
    )
    found = {}
    for subject, sequence in reading(database, lambda work: work.session.execute(chosen).all()):
        assert sequence == found.get(subject, 0) + 1
        found[subject] = sequence
    assert max(found.values()) >= 3


def test_an_event_whose_transaction_commits_late_is_sealed_behind_younger_ones(throwaway_database):
    database = throwaway_database
    if database.engine.dialect.name == "sqlite":
        return  # one writes at a time: nothing commits out of order
    plant = a_plant(database)
    for park_id in (None, plant.park_id):
        seal(database, park_id)
    actor = Actor(park_id=plant.park_id, via="system")
    late = new_id()
    with database.engine.connect() as connection, connection.begin():
        copied = connection.execute(select(TraceEvent.__table__).limit(1)).one()._asdict()
        copied |= {"id": late, "subject_id": late, "park_id": plant.park_id}
        connection.execute(TraceEvent.__table__.insert().values(copied))
        with database.writing(actor) as work:
            younger = {**copied, "id": new_id(), "subject_id": new_id()}
            work.session.execute(TraceEvent.__table__.insert().values(younger))
        assert seal(database, plant.park_id) == 1
    assert seal(database, plant.park_id) == 1
    assert leaves_of(database, Log(plant.park_id, "-"))[-2:] == [younger["id"], late]


def test_two_sealers_at_once_and_one_killed_between_batches_leave_one_whole_log(
    throwaway_database, monkeypatch
):
    """Four threads and a process that dies seal the same events in small batches."""
    database = throwaway_database
    plant = a_plant(database)
    plant.put(
        plant.stored(plant.stream(), plant.zone(plant.facility())), plant.zone(plant.facility(code="TS009"))
    )
    program = (
        "import sys; from app.foundation.core.database import Database; from app.foundation.trace import sealing\n"
        "from uuid import UUID; import os, signal\n"
        "inner = sealing.seal_batch\n"
        "def batch(*given, **named):\n"
        "    if done: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    done.append(1); return inner(*given, **named)\n"
        "done = []; sealing.seal_batch = batch\n"
        "sealing.seal(Database(sys.argv[1]), UUID(sys.argv[2]), batch=2)\n"
    )
    address = database.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", program, address, str(plant.park_id)], cwd=ROOT, env=os.environ, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert reading(database, lambda work: size_of(work, plant.park_id)) == 2

    threads = [
        threading.Thread(target=seal, args=(database, plant.park_id), kwargs={"batch": 2}) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal(database, None)

    monkeypatch.setattr(proving, "WORTH_IT", 0)
    with database.reading(SYSTEM) as work:
        logs = all_logs(work, URL)
    proved = proving.prove_in_parallel(database, logs, logs, (), 2)
    assert proved.misfit is None
    assert proved.events.unsealed == 0
    assert sum(each.leaves for each in proved.logs) == proved.events.events > 4


# --- checkpoints and proofs ---


def test_a_checkpoint_is_made_once_for_a_size_and_is_due_when_the_log_grew_for_a_day(database, drum, log):
    with database.writing(SYSTEM) as work:
        with pytest.raises(Conflict):
            make_checkpoint(work, KEYRING, log)
        seal_batch(work, log.park_id, limit=3)
        assert is_checkpoint_due(work, log)
        made = make_checkpoint(work, KEYRING, log)
        assert make_checkpoint(work, KEYRING, log).id == made.id
        assert not is_checkpoint_due(work, log)
        seal_batch(work, log.park_id)
        assert not is_checkpoint_due(work, log)
        now = work.now
    with database.reading(SYSTEM, now + timedelta(days=1)) as work:
        assert is_checkpoint_due(work, log)
    assert note_of(made.note).checkpoint.body == f"{log.origin}\n3\n" + made.note.split("\n")[2] + "\n"


def test_an_event_is_proved_only_when_it_is_sealed_and_covered(database, drum, log):
    event_id = reading(
        database,
        lambda work: work.session.scalar(
            select(TraceEvent.id).where(TraceEvent.subject_id == drum.id).limit(1)
        ),
    )
    for act in (lambda: None, lambda: seal(database, log.park_id)):
        act()
        with pytest.raises(Conflict):
            reading(database, lambda work: proof_of(work, event_id))
    with pytest.raises(NotFound):
        reading(database, lambda work: proof_of(work, new_id()))


def test_proofs_take_few_statements_however_long_the_log(database, events, log, count_statements):
    event_id = leaves_of(database, log)[1]
    with count_statements() as sent, database.reading(SYSTEM) as work:
        proof_of(work, event_id)

    assert len(sent) <= 6, sent


@pytest.mark.parametrize("old, new", [(0, 3), (4, 3), (1, 10**6)])
def test_no_consistency_of_sizes_that_never_were(database, events, log, old, new):
    with pytest.raises(InvalidInput):
        reading(database, lambda work: consistency_of(work, log, old, new))


@pytest.fixture
def witness():
    private = Ed25519PrivateKey.generate()
    return VerifierKey("witness.example/w1", private.public_key().public_bytes_raw(), COSIGNATURE), private


def test_only_a_known_witness_can_cosign_and_only_rightly(database, events, log, witness):
    key, private = witness
    with database.writing(SYSTEM) as work:
        checkpoint = latest_checkpoint(work, log.park_id)
        body, at = note_of(checkpoint.note).body, int(work.now.timestamp())
        right = str(signature_line(body, key, private, at))
        wrong = [
            "nothing",
            str(signature_line(body.replace("\n", "x\n", 1), key, private, at)),
            str(signature_line(body, key, Ed25519PrivateKey.generate(), at)),
            str(signature_line(body, key, private, at + 3_600)),
        ]
        for line in wrong:
            with pytest.raises(InvalidInput):
                add_cosignature(work, checkpoint.id, line, [key])
        with pytest.raises(InvalidInput):
            add_cosignature(work, checkpoint.id, right, [])
        added = add_cosignature(work, checkpoint.id, right, [key])
        assert add_cosignature(work, checkpoint.id, right, [key]).id == added.id
        assert note_of(whole_note(work, checkpoint)).is_signed_by(key)
    assert reading(database, lambda work: proving.prove(work, [log], [log]).logs[0].misfit) is None


# --- the database in hands that change it ---


FORGERIES = {
    "leaf hash": lambda work, log: (
        update(TraceLeaf)
        .where(TraceLeaf.log_id == log.id, TraceLeaf.leaf_index == 2)
        .values(leaf_hash=bytes(32))
    ),
    "leaf gone": lambda work, log: delete(TraceLeaf).where(
        TraceLeaf.log_id == log.id, TraceLeaf.leaf_index == 2
    ),
    "leaf of another log": lambda work, log: (
        update(TraceLeaf)
        .where(TraceLeaf.log_id == log.id, TraceLeaf.leaf_index == 2)
        .values(log_id=NO_ID, leaf_index=10**6)
    ),
    "newest leaf gone": lambda work, log: delete(TraceLeaf).where(
        TraceLeaf.log_id == log.id, TraceLeaf.leaf_index == size_of(work, log.id) - 1
    ),
    "node": lambda work, log: (
        update(TraceNode)
        .where(TraceNode.log_id == log.id, TraceNode.level == 1, TraceNode.node_index == 1)
        .values(node_hash=bytes(32))
    ),
    "node gone": lambda work, log: delete(TraceNode).where(
        TraceNode.log_id == log.id, TraceNode.level == 2, TraceNode.node_index == 0
    ),
    "node too many": lambda work, log: (
        update(TraceNode)
        .where(TraceNode.log_id == log.id, TraceNode.level == 1, TraceNode.node_index == 0)
        .values(level=40)
    ),
    "checkpoint root": lambda work, log: (
        update(TraceCheckpoint).where(TraceCheckpoint.size == 4).values(root_hash="0" * 64)
    ),
    "checkpoint size": lambda work, log: (
        update(TraceCheckpoint).where(TraceCheckpoint.size == 4).values(size=5)
    ),
    "checkpoint note": lambda work, log: (
        update(TraceCheckpoint)
        .where(TraceCheckpoint.size == 4)
        .values(note=func.replace(TraceCheckpoint.note, "\n4\n", "\n5\n"))
    ),
    "checkpoint key": lambda work, log: (
        update(TraceCheckpoint).where(TraceCheckpoint.size == 4).values(key_id="00000000")
    ),
    "checkpoint origin": lambda work, log: (
        update(TraceCheckpoint).where(TraceCheckpoint.size == 4).values(origin="x/y")
    ),
    "checkpoint of no log": lambda work, log: (
        update(TraceCheckpoint).where(TraceCheckpoint.size == 4).values(log_id=new_id())
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_every_changed_row_of_a_log_is_found(database, connection, events, log, what):
    triggers.drop(connection)
    with database.writing(SYSTEM) as work:
        work.session.execute(FORGERIES[what](work, log))

    proved = reading(database, lambda work: proving.prove(work, all_logs(work, URL), all_logs(work, URL)))

    assert proved.misfit is not None
    assert (
        log.origin in proved.misfit.subject
        or proved.misfit.event_id != "-"
        or "no park has this log" in proved.misfit.reason
    )


def test_a_chain_written_anew_from_an_event_on_is_named_by_its_leaf(database, connection, drum, events, log):
    """Hashes, links and columns all fit; what was sealed doesn't."""
    triggers.drop(connection)
    with database.writing(SYSTEM) as work:
        chain = work.session.scalars(
            select(TraceEvent).where(TraceEvent.subject_id == drum.id).order_by(TraceEvent.sequence)
        ).all()
        rewrite(work, chain[0], lambda data: data["payload"]["state"].update(gross=1))
        for event, previous in zip(chain[1:], chain, strict=False):
            rewrite(work, event, lambda data, before=previous: data.update(previous_hash=before.own_hash))

    misfit = reading(database, lambda work: proving.prove(work, [log], [log]).misfit)

    assert misfit.event_id == str(chain[0].id)
    assert "of its log holds another hash" in misfit.reason


def rewrite(work, event, change):
    from app.foundation.trace.canonical import canonical_text
    from app.foundation.trace.canonical import leaf_hash as own_hash

    data = json.loads(event.envelope)
    change(data)
    event.envelope = canonical_text(data)
    event.own_hash, event.previous_hash = own_hash(event.envelope), data["previous_hash"]
    work.session.flush()


def test_a_tail_cut_everywhere_is_shown_by_a_checkpoint_kept_elsewhere(
    database, connection, drum, events, log
):
    """Events, leaves, nodes and checkpoints of the tail are gone: within the database nothing is missing."""
    with database.reading(SYSTEM) as work:
        kept = note_of(whole_note(work, latest_checkpoint(work, log.park_id)))
        gone = leaves_of(database, log)[events - 2 :]
    triggers.drop(connection)
    with database.writing(SYSTEM) as work:
        at = TraceLeaf.log_id == log.id
        work.session.execute(delete(TraceLeaf).where(at, TraceLeaf.leaf_index >= events - 2))
        for level in range(1, 8):
            beyond = TraceNode.node_index >= (events - 2) >> level
            work.session.execute(
                delete(TraceNode).where(TraceNode.log_id == log.id, TraceNode.level == level, beyond)
            )
        work.session.execute(delete(TraceCheckpoint).where(TraceCheckpoint.size > events - 2))
        work.session.execute(delete(TraceAbout).where(TraceAbout.event_id.in_(gone)))
        work.session.execute(delete(TraceEvent).where(TraceEvent.id.in_(gone)))

    assert reading(database, lambda work: proving.prove(work, [log], [log]).logs[0].misfit) is None
    misfit = reading(database, lambda work: proving.prove(work, [log], [log], [kept]).misfit)
    assert f"covers {events} events, the log has {events - 2}" in misfit.reason


def test_rows_of_the_logs_are_only_ever_added(database, events, log, witness):
    from sqlalchemy.exc import DBAPIError

    for model in (TraceLeaf, TraceNode, TraceCheckpoint, TraceCosignature):
        with pytest.raises(DBAPIError, match="only ever added"), database.writing(SYSTEM) as work:
            if model is TraceCosignature:
                key, private = witness
                checkpoint = latest_checkpoint(work, log.park_id)
                line = signature_line(note_of(checkpoint.note).body, key, private, 1_700_000_000)
                add_cosignature(work, checkpoint.id, str(line), [key])
            work.session.execute(delete(model))


# --- the verifier alone: files don't depend on the engine, so one does ---

sqlite_only = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


class Outside:
    """A folder with nothing of ours in it but exported files, and the verifier as a process without our code."""

    def __init__(self, folder):
        self.folder = folder

    def file(self, name, content):
        path = self.folder / name
        path.write_text(
            content if isinstance(content, str) else json.dumps(content), encoding="utf-8", newline="\n"
        )
        return path

    def verify(self, *arguments):
        done = subprocess.run(
            [sys.executable, "-I", str(self.folder / "parkloop_verify.py"), *map(str, arguments)],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def outside(tmp_path):
    tmp_path.joinpath("parkloop_verify.py").write_bytes(VERIFIER.read_bytes())
    return Outside(tmp_path)


@pytest.fixture
def taken(database, events, log, outside):
    """What was taken away while all was well: the log, both checkpoints, the log's key."""
    lines = []
    with database.reading(SYSTEM) as work:
        export(work, log, lines.append)
        chosen = select(TraceCheckpoint).order_by(TraceCheckpoint.size)
        early, late = (whole_note(work, row) for row in work.session.scalars(chosen))
    outside.lines = lines
    outside.key = json.loads(lines[0])["keys"][0]
    outside.early, outside.late = outside.file("early.txt", early), outside.file("late.txt", late)
    outside.ids = [entry.split()[0] for entry in json.loads(lines[1])["contents"]]
    outside.first = next(at for at, line in enumerate(lines) if "envelope" in line)
    return outside


def checked(taken, lines, *more):
    path = taken.file("log.jsonl", "".join(lines))
    return taken.verify("log", path, "--key", taken.key, "--checkpoint", taken.late, *more)


def test_a_proof_and_a_consistency_proof_hold_outside(database, log, events, taken):
    for event_id in leaves_of(database, log):
        proof = reading(database, lambda work, own=event_id: proof_of(work, own))
    path = taken.file("proof.json", proof)
    assert taken.verify("proof", path, "--key", taken.key)[0] == 0
    assert taken.verify("proof", path)[0] == 3
    for name, value in (
        ("index", proof["index"] - 1),
        ("size", proof["size"] + 1),
        ("envelope", proof["envelope"].replace('"via":"', '"via":"x')),
        ("event_id", str(new_id())),
        ("path", proof["path"][1:]),
        ("checkpoint", proof["checkpoint"].replace(f"\n{events}\n", f"\n{events + 1}\n")),
    ):
        code, said = taken.verify(
            "proof", taken.file("wrong.json", proof | {name: value}), "--key", taken.key
        )
        assert (code, "does not fit" in said) == (1, True), (name, said)

    grown = reading(database, lambda work: consistency_of(work, log, 4, events))
    path = taken.file("grown.json", grown)
    assert taken.verify("consistency", path, "--key", taken.key)[0] == 0
    assert taken.verify("consistency", path, "--key", taken.key, "--old", taken.late)[0] == 1
    assert (
        taken.verify(
            "consistency", taken.file("x.json", grown | {"path": grown["path"][::-1]}), "--key", taken.key
        )[0]
        == 1
    )
    assert taken.verify("checkpoint", taken.late, "--key", taken.key)[0] == 0
    assert taken.verify("checkpoint", taken.late, "--key", taken.key.replace("+", "+0", 1))[0] == 2


@sqlite_only
def test_a_whole_log_holds_outside_and_says_where_only_its_own_key_vouches(taken):
    assert checked(taken, taken.lines, "--checkpoint", taken.early)[0] == 0
    path = taken.file("log.jsonl", "".join(taken.lines))
    assert taken.verify("log", path)[0] == 3
    assert taken.verify("log", path, "--key", taken.key)[0] == 3
    assert taken.verify("log", taken.folder / "none")[0] == 2
    assert taken.verify("--help")[0] == 0


@sqlite_only
def test_every_single_tampering_of_an_exported_log_is_named(taken):
    """A changed byte, a removed, added, doubled or swapped event, anywhere: the event is named."""
    chosen = random.Random(7)
    first, ids = taken.first, taken.ids
    for index in range(len(ids)):
        line = taken.lines[first + index]
        at = chosen.randrange(line.index('\\"about') + 2, len(line) - 4)
        changed = line[:at] + ("0" if line[at] != "0" else "1") + line[at + 1 :]
        removed = taken.lines[: first + index] + taken.lines[first + index + 1 :]
        other = (index + 1) % len(ids)
        for tampered in (replaced(taken, {index: changed}), removed, [*taken.lines, line]):
            code, said = checked(taken, tampered)
            assert code in (1, 2), said
            assert f"leaf {index}: event {ids[index]}" in said or code == 2, (said, changed)
        swapped = replaced(taken, {index: taken.lines[first + other], other: line})
        code, said = checked(taken, swapped)
        assert (code, ids[index] in said, ids[other] in said, "swapped" in said) == (1, True, True, True), (
            said
        )


def replaced(taken, lines):
    tampered = list(taken.lines)
    for index, line in lines.items():
        tampered[taken.first + index] = line
    return tampered


def numbered(taken, kept):
    """The log as if it held only these events: contents and numbers are written anew."""
    head, contents = json.loads(taken.lines[0]), json.loads(taken.lines[1])
    entries = [contents["contents"][index] for index in kept]
    lines = [json.dumps(head | {"size": len(kept)}), json.dumps(contents | {"contents": entries})]
    for place, index in enumerate(kept):
        lines.append(json.dumps(json.loads(taken.lines[taken.first + index]) | {"index": place}))
    return [line + "\n" for line in lines]


@sqlite_only
def test_a_cut_tail_is_shown_by_any_checkpoint_taken_before(taken):
    count = len(taken.ids)
    code, said = checked(taken, numbered(taken, range(count - 3)))
    assert code == 1
    assert (
        f"the tail was cut: the checkpoint of {json.loads(taken.lines[0])['log']} covers leaves" not in said
    )
    assert f"leaves 0 to {count - 1}, this log ends at leaf {count - 4}; 3 events are gone" in said


@sqlite_only
def test_contents_written_anew_do_not_hide_what_was_removed_or_swapped(taken):
    """Whoever forges the events forges the contents too: checkpoints and the events' own links give it away."""
    count = len(taken.ids)
    early = ("--checkpoint", taken.early)
    without = checked(taken, numbered(taken, [index for index in range(count) if index != count - 2]), *early)
    assert without[0] == 1
    assert "the tail was cut" in without[1]

    order = list(range(count))
    order[5], order[6] = order[6], order[5]
    code, said = checked(taken, numbered(taken, order), *early)
    assert code == 1
    assert f"The first difference is among leaves 4 to {count - 1}" in said

    proof = json.loads(taken.lines[taken.first + 5])
    kept = taken.file(
        "kept.json",
        {"format": "parkloop-proof/1", "index": 5, "event_id": taken.ids[5], "envelope": proof["envelope"]},
    )
    assert (
        f"leaf 5: event {taken.ids[5]} is not what a proof"
        in checked(taken, numbered(taken, order), "--proof", kept)[1]
    )


@sqlite_only
def test_no_mutation_of_a_file_crashes_the_verifier(taken, tmp_path):
    """Bytes changed at random: fits no more, or can't be read; never a traceback, never a yes."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("parkloop_verify", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    chosen, whole = random.Random(3), "".join(taken.lines).encode()
    path = tmp_path / "mutated.jsonl"
    given = ["log", str(path), "--key", taken.key, "--checkpoint", str(taken.late)]
    for _ in range(400):
        mutated = bytearray(whole)
        for _ in range(chosen.randrange(1, 4)):
            mutated[chosen.randrange(len(mutated))] = chosen.randrange(256)
        path.write_bytes(mutated)
        code = module.main(given)
        assert (
            code in (1, 2) or json.loads(mutated.split(b"\n")[0])["keys"] != [taken.key] or mutated == whole
        )
