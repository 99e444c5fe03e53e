"""What stands on the note of a transfer of general industrial waste (domain rules 9.5): the ledger guide's table 3 and
what both sides sign.

Values only, as in `manifest_content`: texts come ready in the language of the print, None and "" mean "not filled yet".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.foundation.core.units import Grams
from app.foundation.documents.manifest_content import Checkpoint, ManifestHead, Signature, Watermark


@dataclass(frozen=True)
class NoteParty:
    """Consignor, carrier or receiver."""

    name: str = ""
    credit_code: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True)
class NoteLine:
    """One waste: what was loaded, and what arrived once it was signed for."""

    number: int
    waste_name: str
    waste_code: str
    pack_kind: str
    sent_grams: Grams
    received_grams: Grams | None = None


@dataclass(frozen=True)
class NoteJourney:
    """In what it goes, from where to where, and when it was where."""

    vehicle: str = ""
    plate: str = ""
    driver: str = ""
    start: str = ""
    end: str = ""
    via: str = ""
    loaded_at: datetime | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True)
class TransferNote:
    """One transfer of general waste as it stands at `head.printed_at`; the head has no national number."""

    head: ManifestHead
    consignor: NoteParty
    carrier: NoteParty
    consignee: NoteParty
    journey: NoteJourney
    lines: Sequence[NoteLine]
    planned_method: str = ""
    requirements: str = ""
    """Prevention of pollution on the way."""
    difference_note: str = ""
    closing_note: str = ""
    """Why it was refused or withdrawn."""
    signatures: Sequence[Signature] = ()
    watermark: Watermark | None = None
    is_demo: bool = False
    time_zone: str = "Asia/Shanghai"
    checkpoint: Checkpoint | None = None
