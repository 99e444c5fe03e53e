"""Border shapes of signs."""

import enum

from app.foundation.core.fields import ChoiceField, FlagField, InputSchema
from app.foundation.documents.signs import FACILITY_SIZES, ZONE_SIZES, SignSize
from app.waste.storage.schemas import Language


class Distance(enum.StrEnum):
    """From where a sign is read: of a zone up to 2.5 m, up to 4 m, beyond; of a facility up to 4 m, 10 m, beyond."""

    NEAR = "near"
    MIDDLE = "middle"
    FAR = "far"


def zone_size(distance: Distance) -> SignSize:
    """The lawful size of a zone's sign."""
    return next(size for size in ZONE_SIZES if size.name == distance)


def facility_size(distance: Distance) -> SignSize:
    """The lawful size of a facility's sign."""
    return next(size for size in FACILITY_SIZES if size.name == distance)


class ZoneSignQuerySchema(InputSchema):
    distance = ChoiceField(Distance, load_default=Distance.NEAR)
    lang = ChoiceField(Language, load_default=Language.ZH)


class FacilitySignQuerySchema(ZoneSignQuerySchema):
    warning = FlagField(
        load_default=False,
        metadata={"description": "Of general waste: the yellow triangle, not the green sign"},
    )
