"""The blueprint all storage views share, and what they share besides."""

from uuid import UUID

from flask import request

from app.api.spec import blueprint
from app.entry.reply import seen_version

bp = blueprint("containers", "Waste streams, storage facilities, zones and containers")


def container_key(text: str) -> UUID | str:
    """How a path names a container: its id, its 37-character code or its short code."""
    try:
        return UUID(text)
    except ValueError:
        return text


def version_seen(stated: int | None) -> int | None:
    """The version an act on a container rests on, if the caller says one: in If-Match or in the body."""
    return seen_version() if request.headers.get("If-Match") is not None else stated
