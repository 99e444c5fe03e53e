"""Acts on the keys by which codes and lists are signed. Keys lie below the trace log; what is done to them is told here."""

from app.foundation import trace
from app.foundation.core.work import Work
from app.foundation.keys import operations as keys
from app.foundation.keys import rotation
from app.foundation.keys.models import KeyPurpose, SigningKey
from app.foundation.keys.operations import Keyring
from app.foundation.keys.rotation import Rotation
from app.foundation.trace.models import Traced


class TracedKey(Traced):
    """A key as the trace log sees it: its id and since when it signs or proves no more."""

    trace_kind = "signing_key"
    trace_state = ("key_id", "purpose", "retired_at", "revoked_at")
    trace_starts_in_bulk = True  # the first keys of a deployment are older than its log
    trace_of = SigningKey

    def __init__(self, key: SigningKey) -> None:
        self.id = key.id
        self.key_id = key.key_id
        self.purpose = key.purpose
        self.retired_at = key.retired_at
        self.revoked_at = key.revoked_at


def make_key(work: Work, keyring: Keyring, purpose: KeyPurpose) -> SigningKey:
    """Make a key beside those that are there; the newest signs."""
    key = keys.new_key(work, keyring, purpose)
    trace.record(work, "signing_key.made", TracedKey(key))
    return key


def rotate_key(work: Work, keyring: Keyring, purpose: KeyPurpose) -> Rotation:
    """A new key signs from now on; the older ones of its purpose are retired, and what they signed still verifies."""
    done = rotation.rotate(work, keyring, purpose)
    trace.record(
        work,
        "signing_key.rotated",
        TracedKey(done.key),
        changed=[TracedKey(key) for key in done.retired],
    )
    return done


def retire_key(work: Work, key_id: str) -> SigningKey:
    """Stop signing with a key. What it signed still verifies.

    Raises:
        NotFound: no such key.
        Conflict: it is retired already.
    """
    key = keys.retire_key(work, key_id)
    trace.record(work, "signing_key.retired", TracedKey(key))
    return key


def revoke_key(work: Work, key_id: str, reason: str) -> SigningKey:
    """A key is compromised: whatever it signed can be told from a forgery no more and is to be printed anew.

    Raises:
        InvalidInput: no reason, or more than 200 characters.
        NotFound: no such key.
        Conflict: it is revoked already.
    """
    key = rotation.revoke(work, key_id, reason)
    trace.record(work, "signing_key.revoked", TracedKey(key))
    return key
