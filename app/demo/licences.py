"""The recyclers' licences as they stand on the first day, and the edition before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.licences.commands import LicensedWaste, RegisterLicence
from app.parties.licences.models import IssuerLevel, LicenceKind, Mode
from app.parties.licences.operations import register_licence

TONNE: Final = 1_000_000
ISSUER: Final = "演江省生态环境厅（演示）"


def licences_of_the_park(work: Work, firms: Mapping[str, UUID], today: date) -> None:
    """Enter all licences as they stand; the solvent recycler's renews one that has ended."""
    solvent = RegisterLicence(
        organisation_id=firms["yunzhan"],
        number="演危许可 2025-006",
        issuer=ISSUER,
        issuer_level=IssuerLevel.PROVINCE,
        kind=LicenceKind.COMPREHENSIVE,
        legal_rep="江望舒",
        domicile="演江市澄湖循环产业园 11 号地块",
        facility_address="演江市澄湖循环产业园 11 号地块",
        modes=(Mode.COLLECTION, Mode.STORAGE, Mode.UTILISATION),
        issued_on=date(today.year - 1, 6, 1),
        valid_from=date(today.year - 1, 6, 1),
        valid_to=date(today.year + 4, 5, 31),
        yearly_scale=tonnes(3_000),
        lines=(
            LicensedWaste("HW06", "900-402-06", tonnes(1_800), "R2"),
            LicensedWaste("HW06", "900-404-06", tonnes(300), "R2"),
            LicensedWaste("HW06", "", tonnes(600), "R2"),
            LicensedWaste("HW49", "900-041-49", tonnes(300), "C3"),
        ),
    )
    before = replace(
        solvent,
        number="演危许可 2022-004",
        issued_on=date(today.year - 4, 6, 1),
        valid_from=date(today.year - 4, 6, 1),
        valid_to=date(today.year - 1, 5, 31),
        yearly_scale=tonnes(2_000),
        lines=(LicensedWaste("HW06", "", tonnes(2_000), "R2"),),
    )
    former = register_licence(work, before)
    register_licence(work, replace(solvent, replaces_id=former.id))
    register_licence(work, _disposal(firms["baize"], today))
    register_licence(work, _metals(firms["shuojin"], today))


def _disposal(firm: UUID, today: date) -> RegisterLicence:
    methods = {
        "HW08": "D10",
        "HW09": "D9",
        "HW12": "D10",
        "HW17": "D9",
        "HW34": "D9",
        "HW35": "D9",
        "HW49": "D10",
    }
    return RegisterLicence(
        organisation_id=firm,
        number="演危许可 2024-011",
        issuer=ISSUER,
        issuer_level=IssuerLevel.PROVINCE,
        kind=LicenceKind.COMPREHENSIVE,
        legal_rep="白景行",
        domicile="演江市澄湖循环产业园 16 号地块",
        facility_address="演江市澄湖循环产业园 16 号地块",
        modes=(Mode.COLLECTION, Mode.STORAGE, Mode.DISPOSAL),
        issued_on=date(today.year - 2, 3, 1),
        valid_from=date(today.year - 2, 3, 1),
        valid_to=date(today.year + 3, 2, 28),
        yearly_scale=tonnes(20_000),
        lines=tuple(LicensedWaste(category, method=method) for category, method in methods.items()),
    )


def _metals(firm: UUID, today: date) -> RegisterLicence:
    return RegisterLicence(
        organisation_id=firm,
        number="演危许可 2025-017",
        issuer=ISSUER,
        issuer_level=IssuerLevel.PROVINCE,
        kind=LicenceKind.COMPREHENSIVE,
        legal_rep="金石开",
        domicile="演江市澄湖循环产业园 18 号地块",
        facility_address="演江市澄湖循环产业园 18 号地块",
        modes=(Mode.COLLECTION, Mode.STORAGE, Mode.UTILISATION),
        issued_on=date(today.year - 1, 9, 1),
        valid_from=date(today.year - 1, 9, 1),
        valid_to=date(today.year + 4, 8, 31),
        yearly_scale=tonnes(8_000),
        lines=(
            LicensedWaste("HW22", "", tonnes(5_000), "R4"),
            LicensedWaste("HW49", "900-045-49", tonnes(3_000), "R4"),
        ),
    )


def tonnes(number: int) -> Grams:
    """So many tonnes, in grams."""
    return Grams(number * TONNE)
