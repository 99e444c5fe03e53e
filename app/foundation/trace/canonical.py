"""Canonical JSON (RFC 8785) of values that events may hold, and the hash of an envelope."""

import enum
import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import rfc8785

from app.foundation.core.clock import instant_text

LEAF_PREFIX = b"\x00"
"""RFC 9162: a leaf hash is SHA-256(0x00 ‖ entry), so a leaf can never pass for a tree node."""


def plain(value: object) -> Any:
    """The JSON form of a value in an event: no floats, instants as UTC text, ids as text.

    Raises:
        TypeError: a float, or a type that events don't hold.
    """
    match value:
        case None | bool() | str():
            return value.value if isinstance(value, enum.Enum) else value
        case enum.Enum():
            return value.value
        case int():
            return value
        case UUID():
            return str(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case frozenset() | set():
            return sorted(plain(item) for item in value)
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no place in an event")


def canonical_text(value: Mapping[str, Any]) -> str:
    """Canonical JSON text of plain values."""
    return rfc8785.dumps(dict(value)).decode()


def is_canonical(value: Mapping[str, Any], text: str) -> bool:
    """Whether `text` is the canonical text of a value. The standard writer is asked first: it is five times as
    fast, and for what events hold it writes the same."""
    quick = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return quick == text or canonical_text(value) == text


def leaf_hash(envelope: str) -> str:
    """SHA-256(0x00 ‖ envelope) as lower-case hex: an event's own hash and its leaf in the log."""
    return hashlib.sha256(LEAF_PREFIX + envelope.encode()).hexdigest()
