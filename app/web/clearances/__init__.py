"""Pages of contracts, and of the papers for crossing a province's border."""

from app.web.clearances import contracts, crossings, lists
from app.web.clearances.blueprint import bp

__all__ = ["bp", "contracts", "crossings", "lists"]
