"""Stored key pairs."""

import enum
from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base


class KeyPurpose(enum.StrEnum):
    """What a key signs. A key never signs for two purposes."""

    QR = "qr"
    LOG = "log"
    BUNDLE = "bundle"
    WEBHOOK = "webhook"


class SigningKey(Base):
    """One Ed25519 key pair; `key_id` is the first 4 bytes of SHA-256(public key), as hex."""

    __tablename__ = "signing_keys"
    __table_args__ = (Index(None, "purpose", "retired_at"),)

    key_id: Mapped[str] = mapped_column(String(8), unique=True)
    purpose: Mapped[KeyPurpose]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """From then on it signs no more; what it signed still verifies."""
    revoked_at: Mapped[datetime | None]
    """Somebody else may have the private half: nothing it ever signed proves anything."""
    revoked_reason: Mapped[str | None] = mapped_column(String(200))
