"""The blueprint all storage views share, and what they share besides."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, request

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


def versioned(
    thing: str, *, required: bool = True
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Put the version that the caller has seen, of If-Match or of the body, into the command of a view.

    Documents 412, and 428 where the version is required.
    """
    seen = seen_version if required else version_seen

    def over(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def with_version(command: Any, **path: Any) -> Response:
            return view(replace(command, seen_version=seen(command.seen_version)), **path)

        answers = {412: f"the {thing} changed since the caller saw it"}
        if required:
            answers[428] = "neither If-Match nor seen_version given"
        documented: Callable[..., Response] = with_version
        for status, description in answers.items():
            documented = bp.alt_response(status, description=description)(documented)
        return documented

    return over
