"""Domain errors as RFC 9457 problems: one table, both borders. `docs/problems.md` explains each type."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.entry.language import rendered
from app.entry.shape_words import spoken
from app.foundation.core import errors
from app.foundation.core.text import Text, say
from app.foundation.rulebook.decision import RuleViolated
from app.parties.accounts.confirming.links import LinkEnded
from app.parties.accounts.confirming.tries import WrongSecondFactor


@dataclass(frozen=True)
class Problem:
    """One refusal, as both borders show it."""

    type: str
    status: int
    title: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": f"/problems/{self.type}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": request.path,
        }
        if self.errors:
            body["errors"] = self.errors
        if self.findings:
            body["findings"] = self.findings
        return body


TYPES: list[tuple[type[errors.DomainError], str, int, Text]] = [
    (RuleViolated, "rule-violated", 422, say("规则不允许这样做")),
    (errors.InvalidInput, "invalid-input", 422, say("输入有误")),
    (errors.VersionConflict, "stale-version", 412, say("内容已变化")),
    (errors.Conflict, "conflict", 409, say("与当前状态冲突")),
    (WrongSecondFactor, "wrong-second-factor", 403, say("身份确认未通过")),
    (LinkEnded, "link-ended", 410, say("链接已失效")),
    (errors.NotPermitted, "not-permitted", 403, say("没有权限")),
    (errors.NotFound, "not-found", 404, say("没有找到")),
]
"""Most special first."""

HTTP_TYPES: dict[int, tuple[str, Text, Text]] = {
    400: ("bad-request", say("请求无法读取"), say("请求的格式不对，请检查后重发")),
    401: ("not-signed-in", say("需要登录"), say("请登录，或在 Authorization 中提供有效的令牌")),
    403: ("not-permitted", say("没有权限"), say("你的角色不能执行此操作")),
    404: ("not-found", say("没有找到"), say("这里没有你能看到的内容")),
    405: ("method-not-allowed", say("不支持的方法"), say("此地址不支持该方法")),
    409: ("conflict", say("与当前状态冲突"), say("内容已被他人改动，请刷新后重试")),
    412: ("stale-version", say("内容已变化"), say("你看到的版本已过时，请刷新后重试")),
    413: ("too-large", say("内容过大"), say("上传内容超过上限，请缩小或分批上传")),
    415: ("unsupported-media-type", say("不支持的内容类型"), say("请使用 application/json")),
    422: ("invalid-input", say("输入有误"), say("有字段需要更正")),
    428: ("version-required", say("需要版本号"), say("请在 If-Match 中给出你看到的版本")),
    429: ("too-many-requests", say("请求过于频繁"), say("请稍后再试")),
}

UNEXPECTED = ("unexpected", say("系统出错"), say("操作未完成，没有保存任何内容；错误编号 {reference}"))


def problem_of(error: errors.DomainError) -> Problem:
    """The problem that a domain error is to the outside."""
    name, status, title = next(
        (row[1:] for row in TYPES if isinstance(error, row[0])), ("invalid-input", 422, say("输入有误"))
    )
    return Problem(
        type=name,
        status=status,
        title=rendered(title),
        detail=rendered(error.text),
        errors=_field_errors(error),
        findings=_findings(error),
    )


def problem_of_http(error: HTTPException) -> Problem:
    """The problem that an error of the border itself is: bad shape, no sign-in, too large, …"""
    status = error.code or 500
    name, title, detail = HTTP_TYPES.get(
        status, ("bad-request", say("请求无法处理"), say("请检查请求后重试"))
    )
    messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    return Problem(
        type=name,
        status=status,
        title=rendered(title),
        detail=rendered(getattr(error, "text", detail)),
        errors=[{"pointer": p, "detail": t} for p, t in _of_request(messages)],
    )


def problem_unexpected(reference: str) -> Problem:
    """A fault of ours: the reference is also in the log."""
    name, title, detail = UNEXPECTED
    return Problem(
        type=name, status=500, title=rendered(title), detail=_(detail.msgid).format(reference=reference)
    )


def _of_request(messages: Any) -> list[tuple[str, str]]:
    """webargs puts the place of the values (json, query, …) around marshmallow's messages."""
    if not isinstance(messages, dict):
        return []
    return [pair for found in messages.values() for pair in flat_messages(found)]


def flat_messages(
    messages: Any, pointer: str = "#", render: Callable[[Text], Any] = rendered
) -> list[tuple[str, Any]]:
    """marshmallow's nested messages as (JSON pointer, sentence) pairs, all of them, in the reader's language.

    Args:
        render: makes the sentence out of a `Text`; give the identity to keep it for a page.
    """
    if isinstance(messages, dict):
        found: list[tuple[str, Any]] = []
        for key, value in messages.items():
            # errors of the whole object stand under _schema
            found += flat_messages(value, pointer if key == "_schema" else f"{pointer}/{key}", render)
        return found
    if isinstance(messages, list):
        return [pair for item in messages for pair in flat_messages(item, pointer, render)]
    return [(pointer, render(spoken(messages)))] if messages else []


def _field_errors(error: errors.DomainError) -> list[dict[str, str]]:
    if not isinstance(error, errors.InvalidInput):
        return []
    return [{"pointer": p.pointer, "detail": rendered(p.text)} for p in error.problems]


def _findings(error: errors.DomainError) -> list[dict[str, Any]]:
    if not isinstance(error, RuleViolated):
        return []
    return [{**f.as_json(), "message": rendered(f.text())} for f in error.findings]
