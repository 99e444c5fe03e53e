"""Pages of one's own account, and of the people who work for a firm or park."""

from app.web.account import factors, joining, overview, people, tokens
from app.web.account.blueprint import bp

__all__ = ["bp", "factors", "joining", "overview", "people", "tokens"]
