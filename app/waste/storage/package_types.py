"""The kinds of package a firm uses (桶型): what may be asked, what they are made of, and the list of them."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.storage.models import PackageType


class Material(enum.StrEnum):
    """What packages are made of: the columns of GB 18597-2001 annex B, table 1 (domain-rules 3.6 B)."""

    HDPE = "hdpe"
    PP = "pp"
    PVC = "pvc"
    PTFE = "ptfe"
    MILD_STEEL = "mild_steel"
    STEEL_0CR18NI9 = "steel_0cr18ni9"
    STEEL_MO3TI = "steel_mo3ti"
    STEEL_9CR18MOV = "steel_9cr18mov"


MATERIAL_WORDS: Final = {
    Material.HDPE: say("高密度聚乙烯"),
    Material.PP: say("聚丙烯"),
    Material.PVC: say("聚氯乙烯"),
    Material.PTFE: say("聚四氟乙烯"),
    Material.MILD_STEEL: say("软碳钢"),
    Material.STEEL_0CR18NI9: say("不锈钢 0Cr18Ni9"),
    Material.STEEL_MO3TI: say("不锈钢 Mo3Ti"),
    Material.STEEL_9CR18MOV: say("不锈钢 9Cr18MoV"),
}
"""What each material is called; other materials and unknown ones are ""."""


@dataclass(frozen=True)
class AddPackageType:
    """A kind of package of the actor's firm. `material`: a value of `Material`, or "" where none of them fits."""

    name: str
    package: str
    volume_ml: int
    tare: Grams
    material: str = ""
    is_closed: bool = True


def package_types_of(work: Work, organisation_id: UUID) -> Sequence[PackageType]:
    """The kinds of package a firm uses now, by name; one statement. Nothing of firms the actor may not see."""
    if not (work.actor.is_deployment or organisation_id == work.actor.organisation_id):
        return ()
    return work.session.scalars(
        select(PackageType)
        .where(PackageType.organisation_id == organisation_id, PackageType.ended_at.is_(None))
        .order_by(PackageType.name, PackageType.id)
    ).all()


def package_type_for(work: Work, package_type_id: UUID) -> PackageType:
    """A kind of package of the actor's firm.

    Raises:
        NotFound: none such, or not theirs, or no longer used.
    """
    found = work.session.scalar(
        select(PackageType).where(
            PackageType.id == package_type_id,
            PackageType.organisation_id == work.actor.organisation_id,
            PackageType.ended_at.is_(None),
        )
    )
    if found is None:
        raise NotFound(say("没有这种桶型，或它已停用"))
    return found
