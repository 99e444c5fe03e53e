"""Pages of consignments: the buckets, a draft and its check, the papers with the next step, the acts."""

from app.web.consignments import acts, drafting, lists, showing
from app.web.consignments.blueprint import bp

__all__ = ["acts", "bp", "drafting", "lists", "showing"]
