"""Proving the stored events: every hash, every link, every repeated column, every leaf."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, literal_column, select
from sqlalchemy.exc import OperationalError

from app.foundation.core.ids import NO_ID
from app.foundation.core.work import Work
from app.foundation.trace import raw
from app.foundation.trace.canonical import LEAF_PREFIX, is_canonical
from app.foundation.trace.logs import TraceLeaf, TraceNode
from app.foundation.trace.models import TraceAbout, TraceEvent
from app.foundation.trace.raw import About, Event, dashed

_WORDS: Final = re.compile("[a-z][a-z0-9_.]*\n[a-z][a-z0-9_.]*\n[a-z][a-z0-9_.]*")
"""Name, kind and way in that need no escaping in JSON."""
_THING: Final = re.compile("[a-z][a-z0-9_]* [0-9a-f]{32}")
_canonical = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode
_parsed = json.JSONDecoder().decode
_VARIANT: Final = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_HEX32: Final = re.compile("[0-9a-f]{32}")
COMPARED: Final = Event._fields[: Event._fields.index("envelope")]
"""The columns that repeat members of the envelope."""


@dataclass(frozen=True)
class Misfit:
    """The first event that does not fit, and why. In a log, `sequence` is the index of its leaf."""

    event_id: str
    subject: str
    sequence: object
    reason: str


@dataclass(frozen=True)
class Verification:
    """What was checked: `events` counted up to the misfit, if there is one; `unsealed` of them are no leaf yet."""

    events: int
    subjects: int
    misfit: Misfit | None
    unsealed: int = 0


def verify(work: Work) -> Verification:
    """Recompute every event from its stored text and compare hashes, chains, columns, `about` rows and leaves.

    Any changed byte of any stored column is found. What was cut off the end of a chain is shown by the logs
    (`verifying_logs`), and by a checkpoint kept elsewhere.
    """
    part = verify_part(work)
    if part.misfit is not None:
        return part
    return Verification(part.events, part.subjects, strays(work), part.unsealed)


def verify_part(work: Work, start: str | None = None, end: str | None = None) -> Verification:
    """Prove the events of the subjects from `start` up to `end`, both as the database spells ids."""
    events = subjects = unsealed = 0
    previous: Event | None = None
    try:
        for rows, about in raw.events(work, start, end):
            for row in rows:
                things = about.get(str(row.id).replace("-", ""), ())
                if not (_fits(row, things) and _follows(row, previous)):
                    reason = _own_misfit(row, things) or _link_misfit(row, previous) or _leaf_misfit(row)
                    if reason:
                        subject = " ".join((str(row.subject_kind), str(row.subject_id)))
                        misfit = Misfit(str(row.id), subject, row.sequence, reason)
                        return Verification(events, subjects, misfit, unsealed)
                events += 1
                subjects += row.sequence == 1
                unsealed += row.leaf_hash is None
                previous = row
    except OperationalError:
        # Bytes that are no text; only SQLite lets them in.
        if (misfit_found := _unreadable(work)) is None:
            raise
        return Verification(events, subjects, misfit_found, unsealed)
    return Verification(events, subjects, None, unsealed)


def strays(work: Work) -> Misfit | None:
    """An `about` row or a leaf of an event that doesn't exist."""
    try:
        return _stray_about(work) or _stray_leaf(work)
    except (ValueError, TypeError, AttributeError, OperationalError):
        if (misfit := _unreadable(work)) is None:
            raise
        return misfit


def _fits(row: Event, things: Sequence[About]) -> bool:
    """Whether an event, seen alone, is exactly the text that its columns, `about` rows and payload give.

    Quick, and certain where it says yes; where it says no, `_own_misfit` finds out whether and why.
    """
    try:
        text: str = row.envelope
        digest = sha256(LEAF_PREFIX + text.encode())
        head, tail = _around_payload(row, things)
        payload = text[len(head) : len(text) - len(tail)]
        return (
            digest.hexdigest() == row.own_hash
            and (row.leaf_hash is None or (row.leaf_hash == digest.digest() and _is_in_its_log(row)))
            and _WORDS.fullmatch(f"{row.name}\n{row.subject_kind}\n{row.via}") is not None
            and type(row.sequence) is int
            and text == head + payload + tail
            and _canonical(_parsed(payload)) == payload
            and all(map(_is_as_written, things))
        )
    except (ValueError, TypeError, AttributeError, UnicodeError):
        return False


def _around_payload(row: Event, things: Sequence[About]) -> tuple[str, str]:
    """An envelope's canonical text before and after its payload, as columns and `about` rows give it."""
    about = ""
    for _, _, kind, digits in things:
        if not _THING.fullmatch(f"{kind} {digits}"):
            raise ValueError
        about += f',{{"id":"{dashed(digits)}","kind":"{kind}"}}'
    head = (
        f'{{"about":[{about[1:]}],"id":"{row.id}","name":"{row.name}","occurred_at":"{row.occurred_at}",'
        f'"organisation_id":{_quoted(row.organisation_id)},"park_id":{_quoted(row.park_id)},"payload":'
    )
    tail = (
        f',"previous_hash":{_quoted(row.previous_hash)},"recorded_at":"{row.recorded_at}",'
        f'"sequence":{row.sequence},"subject_id":"{row.subject_id}","subject_kind":"{row.subject_kind}",'
        f'"user_id":{_quoted(row.user_id)},"via":"{row.via}"}}'
    )
    return head, tail


def _quoted(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'


def _own_misfit(row: Event, things: Sequence[About]) -> str | None:
    """What is wrong with one event seen alone."""
    text = row.envelope
    if not isinstance(text, str) or _leaf(text) != row.own_hash:
        return "the stored hash is not the hash of the stored envelope"
    try:
        envelope = json.loads(text)
    except ValueError:
        return "the envelope is not JSON"
    if not isinstance(envelope, dict) or not is_canonical(envelope, text):
        return "the envelope is not canonical JSON"
    for name in COMPARED:
        value, stated = getattr(row, name), envelope.get(name)
        if type(value) is not type(stated) or value != stated:
            return f"column {name} differs from the envelope"
    listed = [{"kind": thing.thing_kind, "id": dashed(str(thing.thing_id))} for thing in things]
    if listed != envelope.get("about") or not all(map(_is_as_written, things)):
        return "the about rows differ from the envelope"
    return None


def _leaf(text: str) -> str | None:
    try:
        return sha256(LEAF_PREFIX + text.encode()).hexdigest()
    except UnicodeError:
        return None


def _is_as_written(about: About) -> bool:
    """Whether an `about` row has its own key, `about_id`, and its ids in their only spelling."""
    key, event, _, thing = about
    if type(thing) is not str or not _HEX32.fullmatch(thing):
        return False
    made = sha1(bytes.fromhex(event) + thing.encode(), usedforsecurity=False).hexdigest()
    return bool(key == f"{made[:12]}5{made[13:16]}{_VARIANT[made[16]]}{made[17:32]}")


def _follows(row: Event, previous: Event | None) -> bool:
    if previous is None or previous.subject_id != row.subject_id:
        return bool(row.sequence == 1) and row.previous_hash is None
    return bool(row.sequence == previous.sequence + 1) and bool(row.previous_hash == previous.own_hash)


def _link_misfit(row: Event, previous: Event | None) -> str | None:
    """What is wrong with an event's place behind the one before it."""
    if previous is None or previous.subject_id != row.subject_id:
        if row.sequence != 1:
            return f"the chain begins at {row.sequence}, not at 1"
        return None if row.previous_hash is None else "the first event names a previous hash"
    if row.sequence != previous.sequence + 1:
        return f"event {previous.sequence + 1} of the chain is missing"
    if row.previous_hash != previous.own_hash:
        return "the previous hash is not that of the event before"
    return None


def _leaf_misfit(row: Event) -> str | None:
    """What is wrong with an event's place in its log."""
    if row.leaf_hash is None and row.leaf_index is None:
        return None
    if not _is_in_its_log(row):
        return f"it is leaf {row.leaf_index} of another log than its park's"
    if row.leaf_hash != bytes.fromhex(row.own_hash):
        return f"leaf {row.leaf_index} of its log holds another hash"
    return None


def _is_in_its_log(row: Event) -> bool:
    return bool(row.log_id == (row.park_id or _DEPLOYMENT))


_DEPLOYMENT: Final = str(NO_ID)


def _stray_about(work: Work) -> Misfit | None:
    stray = work.session.execute(
        select(TraceAbout.event_id, TraceAbout.thing_kind, TraceAbout.thing_id)
        .outerjoin(TraceEvent, TraceEvent.id == TraceAbout.event_id)
        .where(TraceEvent.id.is_(None))
        .limit(1)
    ).first()
    if stray is None:
        return None
    thing = f"{stray.thing_kind} {stray.thing_id}"
    return Misfit(str(stray.event_id), thing, 0, "about rows of an unknown event")


def _stray_leaf(work: Work) -> Misfit | None:
    stray = work.session.execute(
        select(TraceLeaf.event_id, TraceLeaf.log_id, TraceLeaf.leaf_index)
        .outerjoin(TraceEvent, TraceEvent.id == TraceLeaf.event_id)
        .where(TraceEvent.id.is_(None))
        .order_by(TraceLeaf.leaf_index)
        .limit(1)
    ).first()
    if stray is None:
        return None
    return Misfit(
        str(stray.event_id), f"log {stray.log_id}", stray.leaf_index, "the event of this leaf is gone"
    )


def _unreadable(work: Work) -> Misfit | None:
    """The first row that can't even be read, found one by one; None where every row can."""
    if work.session.get_bind().dialect.name != "sqlite":
        return None
    row_number: Any = literal_column("rowid")
    tables = ((TraceEvent, "id"), (TraceAbout, "event_id"), (TraceLeaf, "event_id"), (TraceNode, "log_id"))
    for model, event_id in tables:
        table: Any = model.__table__
        numbered = select(row_number, func.hex(table.c[event_id])).select_from(table).order_by(row_number)
        for number, digits in work.session.execute(numbered).all():
            try:
                work.session.execute(select(table).where(row_number == number)).all()
            except (ValueError, TypeError, AttributeError, OperationalError):
                named = bytes.fromhex(digits).decode(errors="replace")
                return Misfit(_spelt(named), model.__tablename__, number, "a stored value can't be read")
    return None


def _spelt(name: str) -> str:
    try:
        return str(UUID(name))
    except ValueError:
        return name
