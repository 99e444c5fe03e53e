"""How one-time codes reach a phone or mailbox: a protocol, and the adapter that needs no provider."""

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from app.foundation.core.errors import Conflict
from app.foundation.core.text import say

log = structlog.get_logger()


class CodeSender(Protocol):
    """Takes one short text to one phone number or e-mail address."""

    def send(self, recipient: str, text: str) -> None:
        """Send it, or raise: a code that can't be sent is not waited for."""


@dataclass(frozen=True)
class SentText:
    """One text as the console sender keeps it."""

    recipient: str
    text: str


@dataclass
class ConsoleSender:
    """Writes to the log what a provider would send, and keeps the last hundred: for demos and tests only."""

    kept: deque[SentText] = field(default_factory=lambda: deque(maxlen=100))

    def send(self, recipient: str, text: str) -> None:
        self.kept.append(SentText(recipient, text))
        log.info("code for the console", recipient=recipient, text=text)


class NoSender:
    """A deployment without a provider sends nothing, and says so instead of writing codes to its log."""

    def send(self, recipient: str, text: str) -> None:
        raise Conflict(
            say("本系统没有配置短信或邮件通道，不能发送一次性验证码；请改用 PIN、动态码或一次性链接")
        )
