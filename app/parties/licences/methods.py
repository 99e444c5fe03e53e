"""Which way to operate a method of use or disposal needs (domain-rules 14.7, HWLM 10)."""

from collections.abc import Collection
from typing import Final

from app.parties.licences.models import LicenceKind, Mode

_BY_LETTER: Final = {
    "R": frozenset({Mode.UTILISATION}),
    "D": frozenset({Mode.DISPOSAL}),
    "Y": frozenset({Mode.DISPOSAL}),
    "G": frozenset({Mode.COLLECTION}),
    "S": frozenset({Mode.STORAGE}),
    "C": frozenset({Mode.UTILISATION, Mode.DISPOSAL}),
}
"""Co-processing is licensed as the one or the other."""
WITH_COMPREHENSIVE: Final = frozenset({Mode.COLLECTION, Mode.STORAGE})
"""What a 综合 licence always includes (HWLM 3)."""


def modes_of_method(method: str) -> frozenset[Mode]:
    """The ways to operate of which a method needs any one; empty for what is no code of 14.7.

    R utilisation; D and Y (medical waste) disposal; G collection; S storage; C, co-processing and cleaning of
    packages, utilisation or disposal.
    """
    return _BY_LETTER.get(method[:1], frozenset())


def is_covered(method: str, modes: Collection[str], kind: LicenceKind) -> bool:
    """Whether a licence lets its holder use a method. Without any way to operate there is no licence."""
    if not modes:
        return False
    has = set(modes)
    if kind is LicenceKind.COMPREHENSIVE:
        has |= WITH_COMPREHENSIVE
    return not modes_of_method(method).isdisjoint(has)
