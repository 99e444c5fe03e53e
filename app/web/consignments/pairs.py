"""Choices that name a firm and a thing of it, a place or a vehicle, as one value of a form."""

from typing import Final
from uuid import UUID

PAIR: Final = "/"


def paired(firm: UUID | None, thing: UUID | None) -> str:
    """The value of the choice; empty where one of both isn't chosen."""
    return f"{firm}{PAIR}{thing}" if firm and thing else ""


def parted(value: str) -> tuple[str, str]:
    """The ids of the firm and of its thing, as typed; empty where nothing is chosen."""
    firm, _slash, thing = value.partition(PAIR)
    return firm, thing
