"""What is written to the trace log about licences."""

import enum


class LicenceEvent(enum.StrEnum):
    """Each with the whole traced state of its subject."""

    REGISTERED = "licence.registered"
    """A licence was entered, with its lines."""
    STATE_CHANGED = "licence.state_changed"
    """It was suspended, revoked or cancelled, or made valid again."""
    RENEWAL_FILED = "licence.renewal_filed"
    EARLIER_USE_RECORDED = "licence.earlier_use_recorded"
    """What it took in outside the platform, by code."""
    APPLICATION_SUBMITTED = "licence_application.submitted"
    APPLICATION_FIELD_JUDGED = "licence_application.field_judged"
    """The park accepted a field or queried it."""
    APPLICATION_QUERIED = "licence_application.queried"
    """All queries went back to the firm in one message."""
    APPLICATION_ANSWERED = "licence_application.answered"
    APPLICATION_APPROVED = "licence_application.approved"
    """Names the licence it made or changed, with its lines."""
    APPLICATION_WITHDRAWN = "licence_application.withdrawn"
    PERMIT_REGISTERED = "carrier_permit.registered"
    PERMIT_CHANGED = "carrier_permit.changed"
    PERMIT_ENDED = "carrier_permit.ended"
    VEHICLE_REGISTERED = "vehicle.registered"
    VEHICLE_CHANGED = "vehicle.changed"
    VEHICLE_ENDED = "vehicle.ended"
    CREW_MEMBER_REGISTERED = "crew_member.registered"
    CREW_MEMBER_CHANGED = "crew_member.changed"
    CREW_MEMBER_ENDED = "crew_member.ended"
