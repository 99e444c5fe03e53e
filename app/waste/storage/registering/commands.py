"""What may be asked of a registration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.foundation.core.units import Grams


@dataclass(frozen=True)
class RegisterAndStore:
    """A filled package with everything the five steps need. The instants default to now."""

    stream_id: UUID
    zone_id: UUID
    tare: Grams
    gross: Grams | None = None
    """As read by a person; needs a photo of the scale's display."""
    reading_id: UUID | None = None
    """The scale's reading that is the gross mass."""
    package_type_id: UUID | None = None
    package: str = ""
    volume_ml: int | None = None
    """Where no kind of package is named."""
    generated_at: datetime | None = None
    packed_at: datetime | None = None
    weighed_at: datetime | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Reason by rule id, for warnings of the zone that wait for one."""
    local_label: str = ""
    remarks: str = ""
    source_facility: str = ""
    producer_operator: str = ""
    destination: str = ""
    photo: bytes | None = None
    photo_name: str = ""
