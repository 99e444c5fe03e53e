"""Typed builders with sensible defaults: `a_park()`, `a_site(organisation, park)`, `a_container(stream, …)`.

Each gives a mapped object that is not stored yet, with its id; `changes` replace single columns. A whole
firm with its storage, made by the operations themselves, is in `tests.factories.plant`.
"""

from tests.factories.parties import (
    NOW,
    a_credit_code,
    a_membership,
    a_park,
    a_site,
    a_user,
    an_organisation,
    somebody,
)
from tests.factories.waste import a_container, a_facility, a_stream, a_zone

__all__ = [
    "NOW",
    "a_container",
    "a_credit_code",
    "a_facility",
    "a_membership",
    "a_park",
    "a_site",
    "a_stream",
    "a_user",
    "a_zone",
    "an_organisation",
    "somebody",
]
