"""Finished answers: dumped inside the transaction, versioned, and kept for repeated requests."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Response, g, request
from marshmallow import Schema
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.entry.models import IdempotentAnswer
from app.entry.work import actor, house
from app.foundation.core.errors import Conflict, InvalidInput
from app.foundation.core.errors import FieldProblem as Problem
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work

KEPT_FOR = timedelta(days=30)
MAX_KEY_LENGTH = 200


def reply(
    work: Work,
    schema: type[Schema] | Schema,
    thing: Any,
    status: int = 200,
    *,
    many: bool = False,
    location: str | None = None,
) -> Response:
    """Dump `thing` inside the transaction, set its ETag and keep the answer under its Idempotency-Key."""
    work.session.flush()
    dumper = _dumper(schema) if isinstance(schema, type) else schema
    return reply_json(
        work,
        dumper.dump(thing, many=many),
        status,
        etag=etag_of(getattr(thing, "version", None)),
        location=location,
    )


@cache
def _dumper(schema: type[Schema]) -> Schema:
    """One for all answers: dumping changes nothing in it, and making one copies every field of it."""
    return schema()


def reply_json(
    work: Work, body: Any, status: int = 200, *, etag: str | None = None, location: str | None = None
) -> Response:
    """As `reply`, with plain data that is dumped already."""
    response = reply_text(json.dumps(body, ensure_ascii=False), status, etag=etag)
    if location:
        response.headers["Location"] = location
    _keep(work, response)
    return response


def reply_text(text: str, status: int = 200, *, etag: str | None = None) -> Response:
    """An answer that is JSON text already."""
    response = Response(text, status, content_type="application/json")
    if etag:
        response.headers["ETag"] = etag
    return response


def reply_file(work: Work, body: bytes, media_type: str, filename: str) -> Response:
    """A document as a file; kept under its Idempotency-Key as other answers are."""
    response = Response(body, content_type=media_type)
    response.headers.set("Content-Disposition", "inline", filename=filename)
    _keep(work, response)
    return response


def page_of(items: Sequence[Any], next_cursor: str | None) -> dict[str, Any]:
    """A page of a list as schemas dump it: the items and where the next page begins."""
    return {"items": items, "next_cursor": next_cursor}


def etag_of(version: int | None) -> str | None:
    """The strong ETag of a versioned thing."""
    return None if version is None else f'"{version}"'


def seen_version(stated: int | None = None) -> int:
    """The version the caller acts on: from If-Match, or stated in the body.

    Raises:
        VersionRequired: neither is given (428).
        InvalidInput: If-Match is not one of our ETags.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if stated is None:
            raise VersionRequired
        return stated
    text = header.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise InvalidInput([Problem("#/If-Match", say('If-Match 应为你看到的版本号，如 "3"'))])
    return int(text)


class VersionRequired(Exception):
    """A change of a versioned thing without the version it was seen at."""


def kept_answer(session: Session) -> Response | None:
    """The first answer to this very request, if it was made before.

    Raises:
        InvalidInput: the Idempotency-Key is empty or too long.
        Conflict: the key was used with another body.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return None
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise InvalidInput([Problem("#/Idempotency-Key", say("Idempotency-Key 应为 1 至 200 个字符"))])
    g.idempotency_scope = _scope(key)
    row = session.scalar(select(IdempotentAnswer).where(IdempotentAnswer.scope == g.idempotency_scope))
    if row is None:
        return None
    if not hmac.compare_digest(row.body_mac, _body_mac()):
        raise Conflict(say("这个 Idempotency-Key 已用于内容不同的请求，请换一个新的"))
    response = Response(row.body, row.status, content_type=row.content_type)
    response.headers["Idempotency-Replayed"] = "true"
    if row.etag:
        response.headers["ETag"] = row.etag
    if row.location:
        response.headers["Location"] = row.location
    return response


def _keep(work: Work, response: Response) -> None:
    scope = g.get("idempotency_scope")
    if scope is None or not 200 <= response.status_code < 300:
        return
    work.session.add(
        IdempotentAnswer(
            id=new_id(),
            scope=scope,
            body_mac=_body_mac(),
            status=response.status_code,
            content_type=response.content_type,
            etag=response.headers.get("ETag"),
            location=response.headers.get("Location"),
            body=response.get_data(),
            created_at=work.now,
        )
    )
    work.session.flush()  # a twin that came in meanwhile fails here, before anything is committed


def forget_old_answers(work: Work) -> int:
    """Drop answers older than 30 days; gives their number."""
    old = IdempotentAnswer.created_at < work.now - KEPT_FOR
    gone = work.session.scalars(delete(IdempotentAnswer).where(old).returning(IdempotentAnswer.id))
    return len(gone.all())


def _scope(key: str) -> str:
    who = actor()
    parts = (str(who.user_id), str(who.organisation_id), str(who.park_id), request.method, request.path, key)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _body_mac() -> str:
    secret = house().config.secret_key.encode()
    if request.mimetype == "multipart/form-data":
        return hmac.new(secret, _parts_digest(), hashlib.sha256).hexdigest()
    return hmac.new(secret, request.get_data(), hashlib.sha256).hexdigest()


def _parts_digest() -> bytes:
    """SHA-256 over the parts of a form with files: its bytes differ at each sending, by the boundary between parts,
    and are gone once the form is read."""
    digest = hashlib.sha256()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(json.dumps([name, value]).encode())
    for name, file in sorted(
        request.files.items(multi=True), key=lambda item: (item[0], item[1].filename or "")
    ):
        file.seek(0)
        content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        file.seek(0)
        digest.update(json.dumps([name, file.filename, content]).encode())
    return digest.digest()
