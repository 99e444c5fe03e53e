"""The reference data as rows, keyed by edition and code and never deleted."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.core.models import Base


class CatalogueEdition(Base):
    """One edition of one official document."""

    __tablename__ = "catalogue_editions"

    key: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    in_force_on: Mapped[date]
    in_force_until: Mapped[date | None]
    """Last day; empty while in force."""
    is_complete: Mapped[bool] = mapped_column(Boolean)
    """Whether all of the document's rows are here."""


class CatalogueFile(Base):
    """A reference file as it was loaded last; `/readyz` compares its hash with the file that ships."""

    __tablename__ = "catalogue_files"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int]
    loaded_at: Mapped[datetime]


class WasteCategory(Base):
    """A category of hazardous waste: HW01-HW50 without HW41-HW44."""

    __tablename__ = "waste_categories"
    __table_args__ = (UniqueConstraint("edition", "code"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    code: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    """Short English name; ours, the document has none."""
    initials: Mapped[str] = mapped_column(String(60))


class ListedWaste(Base):
    """One row of the national list of hazardous wastes."""

    __tablename__ = "listed_wastes"
    __table_args__ = (UniqueConstraint("edition", "code"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    code: Mapped[str] = mapped_column(String(10))
    category_id: Mapped[UUID] = mapped_column(ForeignKey(WasteCategory.id), index=True)
    name: Mapped[str] = mapped_column(Text)
    """The official wording, whole."""
    hazards: Mapped[list[Any]]
    """Hazard letters in the order printed."""
    hazard_expression: Mapped[str] = mapped_column(String(20))
    """As printed: after "，" the later ones are possible, at "/" one or more of them apply (note 2)."""
    industry: Mapped[str] = mapped_column(String(60))
    initials: Mapped[str] = mapped_column(Text)
    change: Mapped[str] = mapped_column(String(10))
    """Against the edition before: same, wording, revised or new."""


class RemovedWaste(Base):
    """A code that an edition no longer holds; valid on days before it."""

    __tablename__ = "removed_wastes"
    __table_args__ = (UniqueConstraint("edition", "code"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    code: Mapped[str] = mapped_column(String(10))
    category_id: Mapped[UUID] = mapped_column(ForeignKey(WasteCategory.id), index=True)
    name: Mapped[str] = mapped_column(Text)
    hazards: Mapped[list[Any]]
    initials: Mapped[str] = mapped_column(Text)
    successor_code: Mapped[str | None] = mapped_column(String(10))
    """The code under which the same process is listed now, where one is known."""


class WasteListNote(Base):
    """A note to the table of the national list."""

    __tablename__ = "waste_list_notes"
    __table_args__ = (UniqueConstraint("edition", "number"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    number: Mapped[int]
    wording: Mapped[str] = mapped_column(Text)


class WasteExemption(Base):
    """One exempted stage of one item of the exemption list; holds only if its whole condition is met."""

    __tablename__ = "waste_exemptions"
    __table_args__ = (UniqueConstraint("edition", "item", "position"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    item: Mapped[int]
    position: Mapped[int]
    """1, 2, … within the item."""
    scope: Mapped[str] = mapped_column(String(200))
    """Codes separated by ";", a category, a kind of waste in words, or "-"."""
    name: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(String(40))
    condition: Mapped[str] = mapped_column(Text)
    exemption: Mapped[str] = mapped_column(Text)


class IndustryLevel(enum.StrEnum):
    """Levels of GB/T 4754."""

    SECTION = "section"
    DIVISION = "division"
    GROUP = "group"
    CLASS = "class"


class Industry(Base):
    """One line of the classification of industries, GB/T 4754."""

    __tablename__ = "industries"
    __table_args__ = (UniqueConstraint("edition", "code"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    code: Mapped[str] = mapped_column(String(4))
    level: Mapped[IndustryLevel]
    name: Mapped[str] = mapped_column(String(100))
    parent_code: Mapped[str | None] = mapped_column(String(4))
    section_code: Mapped[str] = mapped_column(String(1))


class GeneralWasteKind(Base):
    """Which letters and numbers at the end of a general-waste code mean which kind of solid waste."""

    __tablename__ = "general_waste_kinds"
    __table_args__ = (UniqueConstraint("edition", "code_from"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    code_from: Mapped[str] = mapped_column(String(3))
    code_to: Mapped[str] = mapped_column(String(3))
    name: Mapped[str] = mapped_column(String(40))
    remark: Mapped[str] = mapped_column(String(100))


class GeneralWasteClass(Base):
    """A class of industrial general waste by name. The official table of codes is not complete here."""

    __tablename__ = "general_waste_classes"
    __table_args__ = (UniqueConstraint("edition", "code"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    code: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(60))
    initials: Mapped[str] = mapped_column(String(60))
    confidence: Mapped[str] = mapped_column(String(1))
    """Mark of domain-rules.md 0.2; M: from memory, not verified."""
    official_table: Mapped[str] = mapped_column(String(20))
    """`complete` or `incomplete`."""


class GeneralWasteCode(Base):
    """A code of general waste in use: of one park, or of the official table where `park_id` is empty.

    The official table isn't complete, so parks add the codes they need; nobody can tell from here whether
    such a code is official.
    """

    __tablename__ = "general_waste_codes"
    __table_args__ = (
        UniqueConstraint("park_id", "code"),
        Index(
            "uq_general_waste_codes_official",
            "code",
            unique=True,
            sqlite_where=text("park_id IS NULL"),
            postgresql_where=text("park_id IS NULL"),
        ),
    )

    park_id: Mapped[UUID | None]
    """A park of the room above (accounts)."""
    code: Mapped[str] = mapped_column(String(11))
    class_code: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]


class ContainerRating(Base):
    """How a container material suits a kind of waste: R recommended, A acceptable, N not advised, * see data sheet."""

    __tablename__ = "container_ratings"
    __table_args__ = (UniqueConstraint("edition", "waste_kind", "material"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    waste_kind: Mapped[str] = mapped_column(String(60))
    material: Mapped[str] = mapped_column(String(40))
    rating: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(200))


class Incompatibility(Base):
    """Two groups of substances that must be kept apart, and what happens otherwise."""

    __tablename__ = "incompatibilities"
    __table_args__ = (UniqueConstraint("edition", "rule_id"),)

    edition: Mapped[str] = mapped_column(ForeignKey(CatalogueEdition.key))
    rule_id: Mapped[str] = mapped_column(String(20))
    group_a: Mapped[str] = mapped_column(String(100))
    group_a_en: Mapped[str] = mapped_column(String(100))
    group_b: Mapped[str] = mapped_column(String(100))
    group_b_en: Mapped[str] = mapped_column(String(100))
    consequence: Mapped[str] = mapped_column(String(200))
    consequence_en: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))
