"""The columns of the plan's tables A.1 to A.7 (HJ 1259-2022 annex A), as forms, pages and files show them."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.core.text import Text, say
from app.waste.registry.planning.models import PlanTable, UnitClass

LONGEST: Final = 200


class TransferKind(enum.StrEnum):
    """转移类型 of table A.7."""

    WITHIN_PROVINCE = "within_province"
    CROSS_PROVINCE = "cross_province"
    ABROAD = "abroad"


class ReceiverKind(enum.StrEnum):
    """拟接收单位类型 of table A.7."""

    LICENSED = "licensed"
    EXEMPT = "exempt"
    ABROAD = "abroad"


TRANSFER_WORDS: Final = {
    TransferKind.WITHIN_PROVINCE: say("省内转移"),
    TransferKind.CROSS_PROVINCE: say("跨省转移"),
    TransferKind.ABROAD: say("境外转移"),
}
RECEIVER_WORDS: Final = {
    ReceiverKind.LICENSED: say("危险废物经营许可证持有单位"),
    ReceiverKind.EXEMPT: say("危险废物利用处置环节豁免管理单位"),
    ReceiverKind.ABROAD: say("境外单位"),
}


@dataclass(frozen=True)
class PlanField:
    """One column that people fill in."""

    name: str
    label: Text
    choices: Mapping[str, Text] | None = None
    """Closed answers by their code; None: free text."""
    is_required: bool = False
    hint: Text | None = None

    def shown(self, value: str) -> Text | str:
        """The value as a reader sees it."""
        return self.choices.get(value, Text(value)) if self.choices else value


def _choices(words: Mapping[Any, Text]) -> dict[str, Text]:
    return {member.value: text for member, text in words.items()}


BASIC_FIELDS: Final = (
    PlanField("unit_name", say("单位名称"), is_required=True),
    PlanField("registered_address", say("注册地址"), is_required=True),
    PlanField("site_address", say("生产经营场所地址"), is_required=True),
    PlanField("division", say("行政区划"), is_required=True),
    PlanField("industry_code", say("行业代码"), is_required=True, hint=say("GB/T 4754 四位小类代码")),
    PlanField("longitude", say("经度")),
    PlanField("latitude", say("纬度")),
    PlanField("credit_code", say("统一社会信用代码"), is_required=True),
    PlanField("unit_class", say("管理类别"), is_required=True),
    PlanField("legal_person", say("法定代表人"), is_required=True),
    PlanField("legal_person_phone", say("法定代表人电话")),
    PlanField("technical_lead", say("危险废物环境管理技术负责人"), is_required=True),
    PlanField("technical_lead_phone", say("技术负责人电话")),
    PlanField("eia_number", say("环评批复文号")),
    PlanField("permit_number", say("排污许可证编号")),
)
"""Table A.1; filled from the site's profile when the plan is started or refreshed."""

PRODUCTION_FIELDS: Final = (
    PlanField("unit", say("主要生产单元"), is_required=True),
    PlanField("process", say("主要工艺")),
    PlanField("facility_name", say("设施名称"), is_required=True),
    PlanField("facility_code", say("设施编码"), is_required=True),
    PlanField("parameter", say("污染防治设施参数")),
    PlanField("design_value", say("设计值")),
    PlanField("parameter_unit", say("参数单位")),
    PlanField("capacity", say("生产能力")),
    PlanField("intermediate", say("中间产品")),
    PlanField("product", say("最终产品")),
    PlanField("materials", say("原辅料")),
)
"""Table A.2."""

REDUCTION_FIELDS: Final = (
    PlanField("plan", say("减少危险废物产生量和危害性的计划"), is_required=True),
    PlanField("measures", say("减少危险废物产生量和危害性的措施"), is_required=True),
)
"""Table A.6."""

LINE_FIELDS: Final[Mapping[PlanTable, tuple[PlanField, ...]]] = {
    PlanTable.GENERATION: (
        PlanField("facility_code", say("产废设施编码"), is_required=True),
        PlanField("facility_name", say("产废设施名称")),
        PlanField("step", say("对应产废环节"), is_required=True),
        PlanField("own_use_code", say("自行利用设施编码")),
        PlanField("own_use_capacity", say("自行利用能力")),
        PlanField("own_disposal_code", say("自行处置设施编码")),
        PlanField("own_disposal_capacity", say("自行处置能力")),
        PlanField("storage_code", say("贮存设施编码")),
        PlanField("storage_capacity", say("贮存能力")),
    ),
    PlanTable.STORAGE: (
        PlanField("storage_code", say("贮存设施编码"), is_required=True),
        PlanField("storage_type", say("贮存设施类型")),
        PlanField("package", say("包装形式"), is_required=True),
    ),
    PlanTable.OWN_TREATMENT: (
        PlanField("facility_type", say("设施类型")),
        PlanField("facility_code", say("设施编码"), is_required=True),
    ),
    PlanTable.TRANSFER: (
        PlanField("transfer_kind", say("转移类型"), _choices(TRANSFER_WORDS), is_required=True),
        PlanField("receiver_kind", say("拟接收单位类型"), _choices(RECEIVER_WORDS), is_required=True),
        PlanField("receiver_name", say("拟接收单位名称"), is_required=True),
        PlanField("licence_number", say("经营许可证编码"), hint=say("许可证持有单位必填")),
    ),
}
"""The columns of each table beside the waste, its mass and the method code."""

MASS_LABELS: Final = {
    PlanTable.GENERATION: say("本年度预计产生量"),
    PlanTable.STORAGE: say("本年度预计剩余贮存量"),
    PlanTable.OWN_TREATMENT: say("本年度预计自行利用/处置量"),
    PlanTable.TRANSFER: say("本年度预计转移量"),
}
METHOD_TABLES: Final = frozenset({PlanTable.OWN_TREATMENT, PlanTable.TRANSFER})
"""Tables whose lines name a method of use or disposal (14.7)."""


class Section(enum.StrEnum):
    """The tables of annex A in their order."""

    BASIC = "A.1"
    PRODUCTION = "A.2"
    GENERATION = "A.3"
    STORAGE = "A.4"
    OWN_TREATMENT = "A.5"
    REDUCTION = "A.6"
    TRANSFER = "A.7"

    @property
    def table(self) -> PlanTable | None:
        """The table of wastes, if it is one."""
        return PlanTable(self.value) if self.value in list(PlanTable) else None


SECTION_WORDS: Final = {
    Section.BASIC: say("危险废物产生单位基本信息"),
    Section.PRODUCTION: say("设施信息"),
    Section.GENERATION: say("危险废物产生情况"),
    Section.STORAGE: say("危险废物贮存情况"),
    Section.OWN_TREATMENT: say("危险废物自行利用/处置情况"),
    Section.REDUCTION: say("危险废物减量化计划和措施"),
    Section.TRANSFER: say("危险废物转移情况"),
}

REQUIRED_SECTIONS: Final[Mapping[UnitClass, frozenset[Section]]] = {
    UnitClass.KEY: frozenset(Section),
    UnitClass.SIMPLIFIED: frozenset(Section) - {Section.PRODUCTION, Section.OWN_TREATMENT},
    UnitClass.REGISTRATION: frozenset({Section.BASIC, Section.GENERATION, Section.TRANSFER}),
}
"""HJ 1259-2022 5.3.1 to 5.3.3."""
