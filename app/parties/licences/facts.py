"""What the rules are asked about licences: facts from rows, no statement."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.rulebook.outcome import UNKNOWN
from app.parties.licences.capacity import LicenceScope
from app.parties.licences.commands import RegisterLicence
from app.parties.licences.models import FINAL_STATES, ApplicationKind, OperatingLicence
from app.parties.licences.rules import (
    LicenceAlterationFacts,
    LicenceScaleFacts,
    LicenceTermFacts,
    LicenceTerms,
)

NOTHING: Mapping[str, Grams] = {}


def terms_of(licence: OperatingLicence | None) -> LicenceTerms | None:
    """State and days of a licence, as HWLM-15 asks them."""
    if licence is None:
        return None
    return LicenceTerms(
        licence.number,
        licence.state,
        licence.valid_from,
        licence.valid_to,
        licence.suspended_from,
        licence.suspended_to,
    )


def scale_facts(
    scope: LicenceScope, *, booking: Mapping[str, Grams] = NOTHING, receiving: Mapping[str, Grams] = NOTHING
) -> list[LicenceScaleFacts]:
    """The whole licence, and each line with a scale of its own that the masses (g by code) draw on.

    Args:
        booking: what is about to be reserved.
        receiving: what is about to be used and is not reserved; of what is reserved, `booked` has it already.
    """
    facts = [
        LicenceScaleFacts(
            subject_id=scope.licence.id,
            scope="",
            used=Grams(scope.used + sum(receiving.values())),
            booked=Grams(scope.reserved + sum(booking.values())),
            yearly_scale=scope.licence.yearly_scale,
        )
    ]
    for line in scope.lines:
        adding = sum(mass for code, mass in booking.items() if scope.line_of(code) is line)
        taking = sum(mass for code, mass in receiving.items() if scope.line_of(code) is line)
        is_asked = adding or taking or not (booking or receiving)
        if line.yearly_scale is not None and is_asked:
            facts.append(
                LicenceScaleFacts(
                    subject_id=scope.licence.id,
                    scope=line.code,
                    used=Grams(line.used + taking),
                    booked=Grams(line.reserved + adding),
                    yearly_scale=line.yearly_scale,
                )
            )
    return facts


def term_facts(licence: OperatingLicence, today: date, *, is_replaced: bool) -> LicenceTermFacts:
    """The days of a licence beside today.

    Args:
        is_replaced: a later edition renews it: that renewal was asked for, on whatever day.
    """
    is_over = is_replaced or licence.state in FINAL_STATES
    return LicenceTermFacts(
        subject_id=licence.id,
        licence_kind=licence.kind,
        valid_from=licence.valid_from,
        valid_to=licence.valid_to,
        renewal_filed_on=UNKNOWN
        if is_over and licence.renewal_filed_on is None
        else licence.renewal_filed_on,
        today=today,
    )


def alteration_facts(
    licence_id: UUID, kind: ApplicationKind, before: RegisterLicence, after: RegisterLicence
) -> LicenceAlterationFacts:
    """A licence that was handed in beside the one it follows (HWLM 12 items 1 to 3).

    A store or plant at another address is a new one; what was built at the same address no licence tells.
    """
    is_same_place = after.facility_address.strip() == before.facility_address.strip()
    return LicenceAlterationFacts(
        subject_id=licence_id,
        mode_changed=(set(after.modes), after.kind) != (set(before.modes), before.kind),
        category_added=bool(
            {line.category for line in after.lines} - {line.category for line in before.lines}
        ),
        facility_rebuilt=UNKNOWN if is_same_place else True,
        has_new_licence=kind is ApplicationKind.NEW,
    )
