#!/usr/bin/env python3
"""Checks ParkLoop's trace logs without ParkLoop: no database, no network, no trust in whoever runs it.

Needs Python 3.10 or newer and the package `cryptography`. What it checks:

  proof FILE         that an event is in a log, unchanged, under a signed checkpoint
  consistency FILE   that an older state of a log is the beginning of a newer one
  log FILE           a whole exported log against checkpoints taken before; names the changed, removed, added
                     or swapped event, and a tail that was cut off
  checkpoint FILE    the signatures of a checkpoint

Exit status: 0 all of it holds; 1 something does not fit, and is named; 2 a file can't be read, or wrong usage;
3 it holds, but only by a key or checkpoint that the file itself brought: give --key (and for a log --checkpoint)
that you got another way.

Formats: RFC 9162 (tree), RFC 8785 (events), https://c2sp.org/signed-note, /tlog-checkpoint, /tlog-cosignature.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FITS, DOES_NOT_FIT, UNREADABLE, UNTIED = 0, 1, 2, 3
ED25519, COSIGNATURE = 1, 4
MOST_NAMED = 50


class Unreadable(Exception):
    """A file or key that is none."""


# --- the tree of RFC 9162 ---


def leaf_hash(envelope):
    return hashlib.sha256(b"\x00" + envelope).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Leaves added one by one; `root` is that of all so far."""

    def __init__(self):
        self.size = 0
        self._edge = []

    def add(self, leaf):
        level = 0
        while self._edge and self._edge[-1][0] == level:
            leaf, level = node_hash(self._edge.pop()[1], leaf), level + 1
        self._edge.append((level, leaf))
        self.size += 1

    @property
    def root(self):
        if not self._edge:
            return hashlib.sha256(b"").digest()
        root = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root


def roots_at(leaves, sizes):
    """The roots over the first so many leaves, by size; sizes beyond the end are left out."""
    tree, wanted, found = Tree(), set(sizes), {}
    for leaf in leaves:
        tree.add(leaf)
        if tree.size in wanted:
            found[tree.size] = tree.root
    return found


def root_by_path(leaf, index, size, path):
    """The root that an inclusion path leads to (RFC 9162, 2.1.3.2); None where the path can't be one."""
    if not 0 <= index < size:
        return None
    number, last, reached = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            reached = node_hash(beside, reached)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            reached = node_hash(reached, beside)
        number, last = number >> 1, last >> 1
    return reached if last == 0 else None


def is_consistent(old, old_root, new, new_root, path):
    """Whether a path joins two roots (RFC 9162, 2.1.4.2)."""
    if not 1 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    path = list(path)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    of_old = of_new = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            of_old, of_new = node_hash(beside, of_old), node_hash(beside, of_new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            of_new = node_hash(of_new, beside)
        number, last = number >> 1, last >> 1
    return last == 0 and of_old == old_root and of_new == new_root


# --- signed notes ---


class Key:
    """A verifier key: NAME+HEX KEY ID+BASE64(kind and public key)."""

    def __init__(self, text):
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = decoded(encoded)
        if not name or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise Unreadable(f"not a verifier key: {text.strip()[:80]}")
        self.name, self.kind, self.public_key = name, raw[0], raw[1:]
        self.key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if self.key_id.hex() != key_id:
            raise Unreadable(f"the key id of {name} is not that of its key")

    def has_signed(self, note):
        """Whether the note carries this key's signature; a witness signs its time as well."""
        for name, key_id, signature in note.signatures:
            if (name, key_id) != (self.name, self.key_id):
                continue
            message = note.body.encode()
            if self.kind == COSIGNATURE:
                seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                message = f"cosignature/v1\ntime {seconds}\n".encode() + message
            try:
                Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
            except (InvalidSignature, ValueError):
                continue
            return True
        return False


class Note:
    """A signed checkpoint."""

    def __init__(self, text):
        body, gap, rest = text.partition("\n\n")
        if not gap or not rest.endswith("\n"):
            raise Unreadable("not a signed checkpoint: a text, an empty line, signature lines")
        self.text, self.body = text, body + "\n"
        self.origin, size, root = ([*body.split("\n"), "", "", ""])[:3]
        self.size = int(size) if size.isascii() and size.isdigit() and len(size) < 20 else -1
        self.root = decoded(root)
        if not self.origin or str(self.size) != size or len(self.root) != 32:
            raise Unreadable("not a signed checkpoint: origin, size and root, one a line")
        self.signatures = [signature_of(line) for line in rest[:-1].split("\n")]

    def __str__(self):
        return f"checkpoint of {self.origin} over {self.size} events"


def signature_of(line):
    name, _, encoded = line.partition("\u2014 ")[2].partition(" ")
    raw = decoded(encoded)
    if not line.startswith("\u2014 ") or not name or len(raw) <= 4:
        raise Unreadable(f"not a signature line: {line[:80]}")
    return name, raw[:4], raw[4:]


def decoded(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


# --- what is found ---


class Report:
    """What was looked at, what does not fit, and what could not be tied to anything trusted."""

    def __init__(self):
        self.told, self.misfits, self.untied = [], [], []

    def tell(self, text):
        self.told.append(text)

    def misfit(self, text):
        self.misfits.append(text)

    def end(self):
        for text in self.told:
            sys.stdout.write(f"ok: {text}\n")
        for text in self.misfits[:MOST_NAMED]:
            sys.stdout.write(f"does not fit: {text}\n")
        if len(self.misfits) > MOST_NAMED:
            sys.stdout.write(f"does not fit: and {len(self.misfits) - MOST_NAMED} more\n")
        for text in self.untied:
            sys.stdout.write(f"not known: {text}\n")
        if self.misfits:
            return DOES_NOT_FIT
        return UNTIED if self.untied else FITS


def check_signatures(note, keys, brought, witnesses, report):
    """The log's own signature by a key one trusts, else by one the file brought; and each witness's."""
    own = [key for key in (keys or brought) if key.kind == ED25519 and key.name == note.origin]
    if not any(key.has_signed(note) for key in own):
        known = "the given keys" if keys else "the keys in the file"
        report.misfit(f"{note}: not signed by any of {known} that is called {note.origin}")
        return False
    if not keys:
        report.untied.append(f"whose key signed the {note}: it came with the file (give --key)")
    missing = [key for key in witnesses if not key.has_signed(note)]
    for key in missing:
        report.misfit(f"{note}: witness {key.name} has not signed it, or not rightly")
    if not missing:
        report.tell(f"{note}: signed{''.join(f', witnessed by {key.name}' for key in witnesses)}")
    return not missing


def check_proof(file, options, report):
    """An event, its way up, and the checkpoint above."""
    data = members_of(file, "parkloop-proof/1")
    note = note_of_file(options.checkpoint[0]) if options.checkpoint else Note(text_in(data, "checkpoint"))
    envelope, path = text_in(data, "envelope"), hashes_in(data, "path")
    index, size = number_in(data, "index"), number_in(data, "size")
    named = f"event {data.get('event_id')} (leaf {index} of {note.origin})"
    if identity(envelope) != data.get("event_id"):
        report.misfit(f"{named}: the envelope is of event {identity(envelope)}")
    if (data.get("log"), size) != (note.origin, note.size):
        report.misfit(f"{named}: the proof is for {size} events of {data.get('log')}, not for the {note}")
    elif root_by_path(leaf_hash(envelope.encode()), index, size, path) != note.root:
        report.misfit(
            f"{named}: it, its place or its path was changed: they do not lead to the checkpoint's root"
        )
    else:
        report.tell(f"{named} is in the log as it stands in this file")
    check_signatures(note, options.keys, keys_in(data), options.witnesses, report)


def check_consistency(file, options, report):
    """Two states of a log, by the checkpoints given, or those that the file brings."""
    data = members_of(file, "parkloop-consistency/1")
    log, notes = data.get("log"), []
    states = {}
    for place, given in (("old", options.old), ("new", options.new)):
        size, root = number_in(data, f"{place}_size"), hash_of(text_in(data, f"{place}_root"))
        states[place] = (size, root)
        text = data.get(f"{place}_checkpoint")
        note = note_of_file(given) if given else Note(text) if isinstance(text, str) else None
        if note is None:
            report.untied.append(
                f"whether the log had this root at {size} events: no checkpoint (give --{place})"
            )
        elif (note.origin, note.size, note.root) != (log, size, root):
            report.misfit(f"the {note} has another size or root than the {place} state of the proof")
        else:
            notes.append(note)
    if is_consistent(*states["old"], *states["new"], hashes_in(data, "path")):
        report.tell(f"{log}: the first {states['old'][0]} events are the beginning of its {states['new'][0]}")
    else:
        report.misfit(f"{log}: the path does not join {states['old'][0]} events with {states['new'][0]}")
    for note in notes:
        check_signatures(note, options.keys, keys_in(data), options.witnesses, report)


def check_checkpoint(file, options, report):
    """The signatures of one checkpoint."""
    note = note_of_file(file)
    if not options.keys:
        raise Unreadable("a checkpoint can only be checked with --key")
    check_signatures(note, options.keys, [], options.witnesses, report)


# --- a whole log ---


class Log:
    """An exported log: its head, its contents (id and hash of each event), its events as they stand."""

    def __init__(self, file):
        self.keys, self.origin, self.note = [], None, None
        self.ids, self.hashes, self.events = [], [], []
        with open_text(file) as lines:
            for number, line in enumerate(lines, start=1):
                self._read(number, line)
        if self.origin is None:
            raise Unreadable(f"{file}: not an exported log")

    def _read(self, number, line):
        data = json_of(line, f"line {number}")
        if number == 1:
            if data.get("format") != "parkloop-log/1":
                raise Unreadable("not an exported log: the first line names no known format")
            self.origin, self.keys, self.size = text_in(data, "log"), keys_in(data), number_in(data, "size")
        elif "contents" in data:
            for entry in data["contents"]:
                own, _, stated = str(entry).partition(" ")
                self.ids.append(own)
                self.hashes.append(hash_of(stated))
        elif "checkpoint" in data:
            self.note = Note(text_in(data, "checkpoint"))
        elif "envelope" in data:
            envelope = text_in(data, "envelope")
            self.events.append(
                (number_in(data, "index"), identity(envelope), leaf_hash(envelope.encode()), envelope)
            )
        else:
            raise Unreadable(f"line {number}: neither contents, checkpoint nor event")


def check_log(file, options, report):
    """Every event against the contents, the contents against every checkpoint, and who is to blame."""
    log = Log(file)
    given = [note_of_file(path) for path in options.checkpoint]
    notes = given or ([log.note] if log.note else [])
    if not given:
        report.untied.append(
            "whether this is the log of then: no checkpoint that was kept elsewhere (--checkpoint)"
        )
    signed = [
        note for note in notes if check_signatures(note, options.keys, log.keys, options.witnesses, report)
    ]
    for note in signed:
        if note.origin != log.origin:
            report.misfit(f"the {note} is of another log than {log.origin}")
    signed = [note for note in signed if note.origin == log.origin]
    sizes = {note.size for note in signed}
    by_contents = roots_at(log.hashes, sizes)
    by_events = roots_at((event[2] for event in log.events), sizes)
    compare_events(log, report)
    compare_size(log, report)
    is_broken = False
    for note in signed:
        if by_contents.get(note.size) == note.root:
            report.tell(f"{log.origin}: the contents are those of the {note}")
            continue
        is_broken = True
        if note.size > len(log.hashes):
            name_cut_tail(log, note, report)
        elif by_events.get(note.size) == note.root:
            report.misfit(f"the contents were changed, the events are those of the {note}")
        else:
            name_range(log, note, signed, by_contents, report)
    if is_broken or (report.misfits and not signed):
        compare_chains(log, report)
    for path in options.proof:
        compare_proof(log, path, report)
    if not report.misfits:
        report.tell(f"{log.origin}: {len(log.events)} events, each as the contents say")


def compare_events(log, report):
    """Name each event that is not where, or not what, the contents say."""
    place_of = {stated: index for index, stated in enumerate(log.hashes)}
    seen, standing = set(), []
    for index, own, found, _ in log.events:
        at = f"leaf {index}"
        belongs = place_of.get(found)
        if belongs is None and index < len(log.hashes):
            report.misfit(f"{at}: event {log.ids[index]} was changed{renamed(own, log.ids[index])}")
            seen.add(index)
        elif belongs is None:
            report.misfit(f"{at}: event {own} was added: the contents end at leaf {len(log.hashes) - 1}")
        elif belongs in seen:
            report.misfit(f"{at}: event {own} was added: it is leaf {belongs} already")
        else:
            seen.add(belongs)
            if belongs != index:
                report.misfit(f"{at}: event {own} was swapped: its place is leaf {belongs}")
            else:
                standing.append(index)
                if log.ids[index] != own:
                    report.misfit(f"{at}: the contents were changed: they call event {own} {log.ids[index]}")
    for index, here in zip(sorted(standing), standing, strict=True):
        if index != here:
            report.misfit(
                f"leaf {here}: event {log.ids[here]} was swapped: it stands where leaf {index} should"
            )
    for index, own in enumerate(log.ids):
        if index not in seen:
            report.misfit(f"leaf {index}: event {own} was removed")


def renamed(own, stated):
    return "" if own == stated else f", and now calls itself {own}"


def compare_size(log, report):
    if log.size != len(log.hashes):
        report.misfit(f"the head says {log.size} events, the contents {len(log.hashes)}")


def name_cut_tail(log, note, report):
    there = len(log.hashes)
    report.misfit(
        f"the tail was cut: the {note} covers leaves 0 to {note.size - 1}, this log ends at leaf {there - 1}; "
        f"{note.size - there} events are gone"
    )


def name_range(log, note, signed, by_contents, report):
    """Contents and events fit each other and not the checkpoint: both were written anew."""
    whole = [
        other.size for other in signed if by_contents.get(other.size) == other.root and other.size < note.size
    ]
    first = max(whole, default=0)
    report.misfit(
        f"events and contents were rewritten: they are not those of the {note}. "
        f"The first difference is among leaves {first} to {note.size - 1}"
    )


def compare_chains(log, report):
    """Where the contents can't be trusted, the events' own links show what was changed or taken away."""
    placed, counted = {}, Counter()
    for index, own, found, envelope in log.events:
        data = envelope_of(envelope)
        key = (
            str(data.get("subject_id")),
            data.get("sequence") if type(data.get("sequence")) is int else None,
        )
        counted[key] += 1
        placed[key] = (index, own, found.hex(), data)
    for (subject, sequence), (index, own, _, data) in placed.items():
        if sequence is None or sequence < 2:
            continue
        thing = f"no. {sequence - 1} of {data.get('subject_kind')} {subject}"
        before = placed.get((subject, sequence - 1))
        if before is None:
            report.misfit(
                f"leaf {index}: event {own} follows {thing}, which is not here: removed, or in another log"
            )
        elif before[2] != data.get("previous_hash"):
            report.misfit(
                f"leaf {before[0]}: event {before[1]} ({thing}) was changed: event {own} names another hash"
            )
    for (subject, sequence), times in counted.items():
        if times > 1:
            report.misfit(f"no. {sequence} of {subject} is there {times} times")


def compare_proof(log, path, report):
    """A proof that somebody kept: its event must still be there."""
    data = members_of(path, "parkloop-proof/1")
    index, kept = number_in(data, "index"), leaf_hash(text_in(data, "envelope").encode())
    if index >= len(log.hashes) or log.hashes[index] != kept:
        report.misfit(
            f"leaf {index}: event {data.get('event_id')} is not what a proof of it says that was kept"
        )


# --- reading ---


def open_text(path):
    try:
        return Path(path).open(encoding="utf-8", newline="\n")
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error


def text_of(path):
    with open_text(path) as file:
        return file.read()


def note_of_file(path):
    return Note(text_of(path))


def json_of(text, where):
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(f"{where}: not JSON") from None
    if not isinstance(data, dict):
        raise Unreadable(f"{where}: not a JSON object")
    return data


def members_of(path, form):
    data = json_of(text_of(path), path)
    if data.get("format") != form:
        raise Unreadable(f"{path}: not a file of format {form}")
    return data


def text_in(data, name):
    if not isinstance(data.get(name), str):
        raise Unreadable(f"{name} is missing or no text")
    return data[name]


def number_in(data, name):
    if type(data.get(name)) is not int or not 0 <= data[name] < 2**63:
        raise Unreadable(f"{name} is missing or no number")
    return data[name]


def hash_of(text):
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise Unreadable(f"not a SHA-256 hash: {text[:80]}")
    return raw


def hashes_in(data, name):
    if not isinstance(data.get(name), list):
        raise Unreadable(f"{name} is missing or no list")
    return [hash_of(str(text)) for text in data[name]]


def keys_in(data):
    keys = data.get("keys")
    return [Key(str(text)) for text in keys] if isinstance(keys, list) else []


def envelope_of(envelope):
    try:
        data = json.loads(envelope)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def identity(envelope):
    return envelope_of(envelope).get("id")


def given_keys(texts):
    """Verifier keys, written out or in files, one a line."""
    lines = [
        line for text in texts for line in (text_of(text).splitlines() if Path(text).exists() else [text])
    ]
    return [Key(line) for line in lines if line.strip()]


CHECKS = {
    "proof": check_proof,
    "consistency": check_consistency,
    "log": check_log,
    "checkpoint": check_checkpoint,
}


def arguments(given):
    parser = argparse.ArgumentParser(
        prog="parkloop_verify.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=sorted(CHECKS), help="what FILE is")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--key", action="append", default=[], metavar="KEY", help="verifier key of the log, or a file of them"
    )
    parser.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="KEY",
        help="verifier key of a witness who must have signed",
    )
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="NOTE",
        help="a checkpoint kept elsewhere (log: several)",
    )
    parser.add_argument(
        "--proof", action="append", default=[], metavar="FILE", help="log: a proof kept elsewhere"
    )
    parser.add_argument("--old", metavar="NOTE", help="consistency: the older checkpoint")
    parser.add_argument("--new", metavar="NOTE", help="consistency: the newer checkpoint")
    return parser.parse_args(given)


def main(given=None):
    options, report = arguments(given), Report()
    try:
        options.keys, options.witnesses = given_keys(options.key), given_keys(options.witness)
        CHECKS[options.what](options.file, options, report)
    except (Unreadable, UnicodeDecodeError) as error:
        sys.stderr.write(f"can't be read: {error}\n")
        return UNREADABLE
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
