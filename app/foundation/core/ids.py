"""Identifiers: UUIDv7, so that keys made later sort later."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(int=uuid_utils.uuid7().int)


NO_ID = UUID(int=0)
"""Stands for "none" in keys where NULL would break uniqueness."""
