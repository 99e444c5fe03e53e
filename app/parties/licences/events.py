"""What is written to the trace log about licences."""

import enum


class LicenceEvent(enum.StrEnum):
    """Each with the whole traced state of its subject."""

    REGISTERED = "licence.registered"
    """A licence was entered, with its lines."""
    STATE_CHANGED = "licence.state_changed"
    """It was suspended, revoked or made valid again."""
    PERMIT_REGISTERED = "carrier_permit.registered"
    VEHICLE_REGISTERED = "vehicle.registered"
    CREW_MEMBER_REGISTERED = "crew_member.registered"
