"""Pages of consignments: the buckets, a draft and its check, the papers with the next step, the acts."""

from app.web.consignments import (
    acts,
    consents,
    drafting,
    files,
    general,
    linking,
    lists,
    national,
    proving,
    revising,
    road,
    showing,
)
from app.web.consignments.blueprint import bp

__all__ = [
    "acts",
    "bp",
    "consents",
    "drafting",
    "files",
    "general",
    "linking",
    "lists",
    "national",
    "proving",
    "revising",
    "road",
    "showing",
]
