"""What is checked of a licence that was handed in: its fields in the document's order, as data and in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from app.foundation.catalogue.codes import category_of, is_waste_code
from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams
from app.parties.licences.commands import LicensedWaste, RegisterLicence
from app.parties.licences.methods import modes_of_method
from app.parties.licences.models import ApplicationKind, IssuerLevel, LicenceKind, Mode


@dataclass(frozen=True)
class ReviewField:
    """One thing the park accepts or queries, and the inputs it is made of."""

    name: str
    label: Text
    inputs: tuple[str, ...]


REVIEW: Final = (
    ReviewField("number", say("许可证编号"), ("number",)),
    ReviewField("legal_name", say("法人名称"), ("legal_name",)),
    ReviewField("legal_rep", say("法定代表人"), ("legal_rep",)),
    ReviewField("domicile", say("住所"), ("domicile",)),
    ReviewField("facility_address", say("设施地址"), ("facility_address",)),
    ReviewField("modes", say("经营方式"), ("kind", "modes")),
    ReviewField("lines", say("类别与代码"), ("lines",)),
    ReviewField("yearly_scale", say("年经营规模"), ("yearly_scale",)),
    ReviewField("validity", say("有效期限"), ("valid_from", "valid_to")),
    ReviewField("issued", say("发证机关和日期"), ("issuer", "issuer_level", "issued_on")),
)
FIELDS: Final = {field.name: field for field in REVIEW}
KIND_WORDS: Final = {LicenceKind.COMPREHENSIVE: say("综合"), LicenceKind.COLLECTION: say("收集")}
MODE_WORDS: Final = {
    Mode.COLLECTION: say("收集"),
    Mode.STORAGE: say("贮存"),
    Mode.UTILISATION: say("利用"),
    Mode.DISPOSAL: say("处置"),
}
LEVEL_WORDS: Final = {
    IssuerLevel.PROVINCE: say("省级"),
    IssuerLevel.CITY: say("市级"),
    IssuerLevel.COUNTY: say("县级"),
}
CHANGEABLE: Final = frozenset({"legal_name", "legal_rep", "domicile", "issued_on"})
"""What a change is for (HWLM 11); anything else is applied for anew (HWLM 12)."""
_REQUIRED: Final = {
    "number": say("请填写许可证编号"),
    "issuer": say("请填写发证机关"),
    "legal_name": say("请填写法人名称"),
    "legal_rep": say("请填写法定代表人"),
    "domicile": say("请填写住所"),
}


def licence_problems(command: RegisterLicence) -> list[FieldProblem]:
    """What can't be right in a licence, whoever enters it."""
    found: list[FieldProblem] = []
    if not command.number.strip():
        found.append(FieldProblem("#/number", _REQUIRED["number"]))
    if command.valid_to < command.valid_from:
        found.append(FieldProblem("#/valid_to", say("有效期止不能早于有效期起")))
    if not command.modes:
        found.append(FieldProblem("#/modes", say("请至少选择一种经营方式")))
    if command.yearly_scale <= 0:
        found.append(FieldProblem("#/yearly_scale", say("年经营规模应大于 0")))
    if not command.lines:
        found.append(FieldProblem("#/lines", say("请至少填写一个废物类别或代码")))
    seen: set[str] = set()
    for at, line in enumerate(command.lines):
        if problem := _line_problem(line) or _twice(line, seen):
            found.append(FieldProblem(f"#/lines/{at}", problem))
        seen.add(line.waste_code or line.category)
    return found


def application_problems(command: RegisterLicence) -> list[FieldProblem]:
    """What is missing besides, where the firm itself hands in what the document says (HWLM 10)."""
    found = [
        FieldProblem(f"#/{name}", text)
        for name, text in _REQUIRED.items()
        if name != "number" and not str(getattr(command, name)).strip()
    ]
    if command.kind is LicenceKind.COMPREHENSIVE and not command.facility_address.strip():
        found.append(FieldProblem("#/facility_address", say("综合许可证要填写贮存、处置设施地址")))
    if command.issuer_level is None:
        found.append(FieldProblem("#/issuer_level", say("请选择发证机关级别")))
    if command.kind is LicenceKind.COLLECTION and set(command.modes) - {Mode.COLLECTION, Mode.STORAGE}:
        found.append(FieldProblem("#/modes", say("收集许可证只含收集和贮存")))
    return [*licence_problems(command), *found]


def _line_problem(line: LicensedWaste) -> Text | None:
    code = line.waste_code or f"900-000-{line.category.removeprefix('HW')}"
    if not is_waste_code(code) or category_of(code) != line.category:
        return say("{category} {code} 不是有效的废物类别和代码", category=line.category, code=line.waste_code)
    if line.yearly_scale is not None and line.yearly_scale <= 0:
        return say("{code} 的年规模应大于 0", code=line.waste_code or line.category)
    if line.method and not modes_of_method(line.method):
        return say("{method} 不是利用处置方式代码", method=line.method)
    return None


def _twice(line: LicensedWaste, seen: set[str]) -> Text | None:
    code = line.waste_code or line.category
    return say("{code} 填了两次", code=code) if code in seen else None


def details_of(command: RegisterLicence) -> dict[str, Any]:
    """A licence as plain data, for storing beside its review."""
    details = {name: _plain(value) for name, value in vars(command).items()}
    details["lines"] = [asdict(line) for line in command.lines]
    return details


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return [str(item) for item in value] if isinstance(value, tuple) else value


def licence_of(details: Mapping[str, Any]) -> RegisterLicence:
    """The licence that `details_of` stored."""
    return RegisterLicence(
        organisation_id=UUID(details["organisation_id"]),
        number=details["number"],
        issuer=details["issuer"],
        kind=LicenceKind(details["kind"]),
        modes=tuple(Mode(mode) for mode in details["modes"]),
        issued_on=date.fromisoformat(details["issued_on"]),
        valid_from=date.fromisoformat(details["valid_from"]),
        valid_to=date.fromisoformat(details["valid_to"]),
        yearly_scale=Grams(details["yearly_scale"]),
        lines=tuple(LicensedWaste(**line) for line in details["lines"]),
        legal_name=details["legal_name"],
        legal_rep=details["legal_rep"],
        domicile=details["domicile"],
        facility_address=details["facility_address"],
        issuer_level=IssuerLevel(details["issuer_level"]) if details["issuer_level"] else None,
        replaces_id=UUID(details["replaces_id"]) if details["replaces_id"] else None,
    )


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Fields of the review in which two licences differ."""
    return [
        field.name for field in REVIEW if any(before.get(name) != after.get(name) for name in field.inputs)
    ]


def change_problems(before: RegisterLicence, after: RegisterLicence) -> list[FieldProblem]:
    """What a change may not touch (HWLM 11, 12)."""
    old, new = details_of(before), details_of(after)
    names = {name for field in REVIEW for name in field.inputs} - CHANGEABLE
    return [
        FieldProblem(f"#/{name}", say("变更只限名称、法定代表人和住所；其他内容请重新申领或换证（HWLM 12）"))
        for name in sorted(names)
        if old[name] != new[name]
    ]


APPLICATION_WORDS: Final = {
    ApplicationKind.NEW: say("新领或重新申领"),
    ApplicationKind.RENEWAL: say("换证"),
    ApplicationKind.CHANGE: say("变更"),
}
