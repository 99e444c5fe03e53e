"""Contracts, the wastes they cover, and their signatures."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base
from app.foundation.core.text import say
from app.foundation.files.models import StoredFile
from app.foundation.trace.models import Traced
from app.parties.accounts.models import Organisation


class ContractKind(enum.StrEnum):
    """What is entrusted to the partner."""

    CARRIAGE = "carriage"
    TREATMENT = "treatment"
    BOTH = "both"


CONTRACT_KIND_WORDS = {
    ContractKind.CARRIAGE: say("运输"),
    ContractKind.TREATMENT: say("利用处置"),
    ContractKind.BOTH: say("利用处置（含运输）"),
}


class Clause(enum.StrEnum):
    """What a contract has to settle about preventing pollution (HWTM 10 item 1)."""

    TRANSPORT = "transport"
    STORAGE = "storage"
    USE = "use"
    DISPOSAL = "disposal"
    LIABILITY = "liability"


CLAUSE_WORDS = {
    Clause.TRANSPORT: say("运输污染防治要求"),
    Clause.STORAGE: say("贮存污染防治要求"),
    Clause.USE: say("利用污染防治要求"),
    Clause.DISPOSAL: say("处置污染防治要求"),
    Clause.LIABILITY: say("相关责任"),
}


class ContractState(enum.StrEnum):
    """Draft, signed and ended are stored; whether a signed one is in force or over, its days tell."""

    DRAFT = "draft"
    SIGNED = "signed"
    ACTIVE = "active"
    EXPIRED = "expired"
    ENDED = "ended"


CONTRACT_STATE_WORDS = {
    ContractState.DRAFT: say("草稿"),
    ContractState.SIGNED: say("已签署，未生效"),
    ContractState.ACTIVE: say("生效中"),
    ContractState.EXPIRED: say("已到期"),
    ContractState.ENDED: say("已终止"),
}
"""One word a state, everywhere."""


class Contract(Base, Traced):
    """A written contract of whoever hands waste over with who carries, uses or disposes of it (HWTM 10, ECC 490)."""

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("producer_id", "number"),
        CheckConstraint("valid_to >= valid_from", name="validity_in_order"),
        CheckConstraint("producer_id <> partner_id", name="two_parties"),
        CheckConstraint("state IN ('draft', 'signed', 'ended')", name="stored_state"),
        CheckConstraint("(state = 'draft') = (signed_at IS NULL)", name="signed_unless_draft"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended_on_a_day"),
        Index(None, "producer_id", "partner_id", "valid_to"),
        Index(None, "partner_id", "id"),
        Index(None, "park_id", "id"),
    )
    trace_kind = "contract"
    trace_state = (
        "number",
        "producer_id",
        "partner_id",
        "park_id",
        "kind",
        "valid_from",
        "valid_to",
        "clauses",
        "checked_on",
        "file_id",
        "file_sha256",
        "state",
        "offered_at",
        "signed_at",
        "ended_on",
        "version",
    )

    number: Mapped[str] = mapped_column(String(60))
    """As the parties call it."""
    producer_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    """Who hands the waste over."""
    partner_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    """Who carries, uses or disposes of it."""
    park_id: Mapped[UUID | None]
    """The producer's park, whose staff see it once it is signed."""
    kind: Mapped[ContractKind]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    """The last day."""
    clauses: Mapped[list[Any]]
    """Values of `Clause`: what the contract was found to settle."""
    checked_on: Mapped[date | None]
    """When the producer checked the partner's qualification and technical ability."""
    check_note: Mapped[str] = mapped_column(String(300), default="")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey(StoredFile.id), index=True)
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[ContractState] = mapped_column(default=ContractState.DRAFT)
    offered_at: Mapped[datetime | None]
    """When the producer first signed; from then on the partner sees it."""
    signed_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def state_on(self, day: date) -> ContractState:
        """The state on a day: a signed contract is in force or over by its days, without anybody doing anything."""
        if self.state is not ContractState.SIGNED:
            return self.state
        if day < self.valid_from:
            return ContractState.SIGNED
        return ContractState.ACTIVE if day <= self.valid_to else ContractState.EXPIRED


class ContractWaste(Base, Traced):
    """A waste that a contract covers, with what is paid for it."""

    __tablename__ = "contract_wastes"
    __table_args__ = (UniqueConstraint("contract_id", "waste_code"),)
    trace_kind = "contract_waste"
    trace_state = ("contract_id", "waste_code", "price")

    contract_id: Mapped[UUID] = mapped_column(ForeignKey(Contract.id))
    waste_code: Mapped[str] = mapped_column(String(11))
    price: Mapped[int | None]
    """Fen per tonne: above zero the partner pays the producer, below zero the producer pays. None: not agreed here."""


class ContractSignature(Base, Traced):
    """A named person's signature of one party, with the hash of what was shown. Never changed: a contract changed since
    has another hash, so that older signatures don't count."""

    __tablename__ = "contract_signatures"
    __table_args__ = (
        UniqueConstraint(
            "contract_id", "organisation_id", "document_hash", name="uq_contract_signatures_once"
        ),
    )
    trace_kind = "contract_signature"
    trace_state = ("contract_id", "organisation_id", "user_id", "document_hash", "signed_at", "via")

    contract_id: Mapped[UUID] = mapped_column(ForeignKey(Contract.id))
    organisation_id: Mapped[UUID]
    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(60))
    document_hash: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(20))
