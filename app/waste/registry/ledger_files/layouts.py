"""The columns of each official table but B.1: which titles mean which field, and how the table is known.

HJ 1259-2022 annex B and the general-waste ledger guide (公告2021年第82号), domain-rules 15.6 and 15.10. Patterns are
asked in order, on titles in half-width without brackets, separators and white space.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.waste.registry.ledger_files.vocabulary import Field, Table

Patterns = tuple[tuple[re.Pattern[str], Field], ...]


@dataclass(frozen=True)
class Layout:
    """How one table is known by its titles."""

    table: Table
    signature: re.Pattern[str]
    """Titles that only this table has."""
    least: int
    """How many of them a header needs."""
    min_fields: int
    patterns: Patterns
    ignored: re.Pattern[str]
    """Titles of columns that say something else, such as who filled the form in."""
    masses: tuple[Field, ...] = (Field.QUANTITY,)
    """Columns of mass; each may name its own unit."""
    several: frozenset[Field] = frozenset()
    """Fields that may stand in several columns of which one is filled, such as the three kinds of receiver of B.5."""

    foreign: re.Pattern[str] | None = None
    """Titles that stand in other tables only."""

    def is_signed(self, titles: Sequence[str]) -> bool:
        """Whether a header bears enough of the table's own titles."""
        if self.foreign and any(self.foreign.search(title) for title in titles if title):
            return False
        return sum(1 for title in titles if title and self.signature.search(title)) >= self.least


def _patterns(*pairs: tuple[str, Field]) -> Patterns:
    return tuple((re.compile(pattern, re.IGNORECASE), field) for pattern, field in pairs)


_WASTE: Final = "(?:危险废物|危废|固体废物|一般固废|固废|废物)"
_IGNORED: Final = re.compile(r"^(填报|填表|审核|登记|记录人|录入|更新|创建|打印|称重|修改|序号|备注)")
_CONTAINER: Final = (
    (
        r"(?:容器|包装|桶|标签|数字识别|识别).*(?:编码|编号|代码|识别码|条码|二维码|号)$|识别码",
        Field.CONTAINER_CODE,
    ),
    (r"(?:容器|包装).*(?:数量|个数|件数|数)$|^(?:件数|桶数|袋数|个数)$", Field.CONTAINER_COUNT),
    (
        r"(?:容器|包装).*(?:类型|种类|形式|方式|类别|规格)|^(?:容器|包装|容器包装|包装容器|包装物)$",
        Field.CONTAINER_KIND,
    ),
)
_NAMES: Final = (
    (r"俗称|内部名称|通俗名|习惯名", Field.LOCAL_NAME),
    (r"名录.*名称|名录名", Field.WASTE_NAME),
)
_WASTE_COLUMNS: Final = (
    (rf"{_WASTE}名称|^名称$", Field.WASTE_NAME),
    (rf"^{_WASTE}?类别|^大类$", Field.CATEGORY),
    (rf"^{_WASTE}?代码$|[八8]位码|{_WASTE}(?:编码|编号|代码)", Field.WASTE_CODE),
    (r"^(?:入库|出库)?(?:计量|数量|重量|质量)?单位$", Field.UNIT),
)
_MASS_WORDS: Final = "(?:数量|量|重量|质量|净重|吨数)"
_MOMENT: Final = "(?:日期|时间|时刻|年月日)"
_TREATED: Final = "(?:利用|处置|利用处置)"


def _stage(table: Table, stage: str, other: str, *more: tuple[str, Field]) -> Layout:
    """Tables B.2 and B.3: columns of one stage, and the batch of the stage before."""
    return Layout(
        table=table,
        signature=re.compile(rf"^{stage}(环节)?(批次|批号|时间|日期|数?量)"),
        least=2,
        min_fields=8,
        ignored=_IGNORED,
        patterns=_patterns(
            *more,
            (rf"^{stage}(?:环节)?(?:批次|批号)", Field.BATCH_NO),
            (other, Field.GEN_BATCH if table is Table.B2 else Field.IN_BATCH),
            (
                r"(?:贮存|储存|存放|暂存).*(?:设施|仓库|库房|场所).*(?:编码|编号|代码|号)",
                Field.STORAGE_FACILITY,
            ),
            (r"(?:贮存|储存|存放|暂存).*(?:设施|仓库|库房|场所)?.*(?:类型|类别|种类)", Field.STORAGE_TYPE),
            (
                r"^(?:贮存|储存)(?:设施|仓库|库房|场所|位置)$|^(?:设施|仓库|库房)(?:编码|编号)$",
                Field.STORAGE_FACILITY,
            ),
            (r"(?:运送|运输|转运|搬运).*(?:经办|经手|人)", Field.MOVER),
            (
                rf"(?:贮存|储存|仓库|库管|{stage}).*(?:经办|经手|负责人)|^(?:经办人|库管员|仓管员)$",
                Field.KEEPER,
            ),
            *_NAMES,
            *_CONTAINER,
            *_WASTE_COLUMNS,
            (rf"^(?:实际|本次)?{stage}(?:的)?{_MASS_WORDS}$|^(?:数量|重量|质量|净重)$", Field.QUANTITY),
            (rf"^{stage}(?:环节)?{_MOMENT}|^{_MOMENT}$", Field.EVENT_AT),
        ),
    )


B2: Final = _stage(Table.B2, "入库", r"产生(?:环节)?(?:批次|批号)")
B3: Final = _stage(
    Table.B3,
    "出库",
    r"入库(?:环节)?(?:批次|批号)",
    (r"^(?:出库)?(?:废物)?(?:去向|流向|去处)|(?:去向|流向)$", Field.DESTINATION),
)
_SOURCES: Final = (
    (r"产生(?:环节)?(?:批次|批号)(?:编码|编号|号)?(?:出库|[或及])", Field.OUT_BATCH),
    (r"^产生(?:环节)?(?:批次|批号)", Field.GEN_BATCH),
    (r"出库(?:环节)?(?:批次|批号)|^来源批次", Field.OUT_BATCH),
)
B4: Final = Layout(
    table=Table.B4,
    signature=re.compile(rf"^自行{_TREATED}|^{_TREATED}(?:完毕|设施|部门)|完毕{_MOMENT}"),
    least=2,
    min_fields=8,
    ignored=_IGNORED,
    patterns=_patterns(
        *_SOURCES,
        (rf"^(?:自行)?{_TREATED}(?:环节)?(?:批次|批号)|^批次", Field.BATCH_NO),
        (rf"(?:完毕|完成|结束){_MOMENT}", Field.FINISHED_AT),
        (r"设施.*(?:编码|编号|代码|号)|^(?:利用|处置|利用处置)设施$", Field.TREATMENT_FACILITY),
        (rf"{_TREATED}(?:方式|方法|工艺)", Field.METHOD_CODE),
        (r"经办|经手|负责人", Field.TREATMENT_OPERATOR),
        *_NAMES,
        *_CONTAINER,
        *_WASTE_COLUMNS,
        (rf"^(?:自行)?{_TREATED}(?:的)?{_MASS_WORDS}$|^(?:数量|重量|质量|净重)$", Field.QUANTITY),
        (rf"^(?:自行)?{_TREATED}(?:开始)?{_MOMENT}|^{_MOMENT}$", Field.EVENT_AT),
    ),
)
B5: Final = Layout(
    table=Table.B5,
    signature=re.compile(
        rf"^(?:委外|委托|境外|出口){_TREATED}(?:环节)?(?:批次|批号|{_MASS_WORDS})|^接收单位类型|许可证(?:编|号)|核准通知单|^出厂{_MOMENT}"
        r"|豁免"
    ),
    least=2,
    min_fields=8,
    ignored=_IGNORED,
    patterns=_patterns(
        *_SOURCES,
        *_NAMES,
        (rf"^(?:委外|委托|境外|出口)?{_TREATED}(?:环节)?(?:批次|批号)|^批次", Field.BATCH_NO),
        (r"单位类型|单位类别|单位性质", Field.RECEIVER_KIND),
        (r"许可证.*(?:编码|编号|号)$|核准通知单|豁免.*(?:编码|编号)", Field.LICENCE_NO),
        (rf"(?:{_TREATED}|接收|持有|管理)?单位.*名称|^(?:接收|{_TREATED})单位$", Field.RECEIVER_NAME),
        (rf"{_TREATED}(?:方式|方法|工艺)", Field.METHOD_CODE),
        *_CONTAINER,
        *_WASTE_COLUMNS,
        (
            rf"^(?:委外|委托|出厂|境外|出口)?{_TREATED}?(?:的)?{_MASS_WORDS}$|^(?:数量|重量|质量|净重)$",
            Field.QUANTITY,
        ),
        (rf"^(?:出厂|出口|转移|委外|委托){_TREATED}?{_MOMENT}|^{_MOMENT}$", Field.EVENT_AT),
    ),
    several=frozenset({Field.RECEIVER_NAME, Field.LICENCE_NO}),
)
_GENERAL_COLUMNS: Final = (
    (rf"^{_WASTE}?名称", Field.WASTE_NAME),
    (rf"^{_WASTE}?(?:代码|编码)", Field.WASTE_CODE),
)
_KINDS: Final = (
    ("自行利用", "OWN_USE"),
    ("委托利用", "OUT_USE"),
    ("自行处置", "OWN_DISPOSAL"),
    ("委托处置", "OUT_DISPOSAL"),
)
GISW2: Final = Layout(
    table=Table.GISW2,
    signature=re.compile(r"累计(?:贮存|储存)|(?:自行|委托|委外)(?:利用|处置)(?:方式|数?量)"),
    least=3,
    min_fields=5,
    ignored=_IGNORED,
    patterns=_patterns(
        *(
            (rf"^{words.replace('委托', '(?:委托|委外)')}(?:的)?方(?:式|法)", Field[f"{name}_METHOD"])
            for words, name in _KINDS
        ),
        *((rf"^{words.replace('委托', '(?:委托|委外)')}(?:的)?{_MASS_WORDS}", Field[name]) for words, name in _KINDS),
        (r"累计(?:贮存|储存)|期末(?:贮存|库存)", Field.CUMULATIVE),
        (r"^(?:本月)?(?:贮存|储存)(?:数?量)", Field.STORED),
        (r"^(?:本月)?产生(?:数?量)", Field.GENERATED),
        (r"^年月|^月份|^(?:统计|记录|所属)?(?:年月|月份|月度|时间|日期)$|^月$", Field.MONTH),
        (r"^年份?$|^年度$", Field.YEAR),
        *_GENERAL_COLUMNS,
        (rf"^{_WASTE}?(?:类别|类型|分类)", Field.WASTE_CLASS),
        (r"^(?:计量)?单位$", Field.UNIT),
    ),
    masses=(
        Field.GENERATED, Field.STORED, Field.CUMULATIVE, Field.OWN_USE, Field.OUT_USE, Field.OWN_DISPOSAL,
        Field.OUT_DISPOSAL,
    ),
)  # fmt: skip
GISW3: Final = Layout(
    table=Table.GISW3,
    signature=re.compile(rf"^出厂(?:{_MOMENT}|数?量)|^流向类型|^运输(?:单位|信息|方式)|^接收单位"),
    least=3,
    min_fields=6,
    ignored=_IGNORED,
    patterns=_patterns(
        (r"^流向(?:类型|类别)?$|^去向类型$", Field.FLOW_TYPE),
        (r"^运输方式|^运输工具类型", Field.TRANSPORT_MODE),
        (r"^运输信息|车牌|车号|船号", Field.PLATE),
        (r"^(?:运输|承运)(?:单位|人|企业)", Field.CARRIER),
        (r"^接收(?:单位|人|企业)", Field.RECEIVER),
        (r"经办|经手", Field.OPERATOR),
        (rf"^出厂{_MOMENT}|^{_MOMENT}$", Field.EVENT_AT),
        (rf"^出厂(?:的)?{_MASS_WORDS}|^(?:数量|重量|质量|净重)$", Field.QUANTITY),
        (r"^(?:计量|数量)?单位$", Field.UNIT),
        *_GENERAL_COLUMNS,
    ),
)
_HAZARDOUS: Final = "危险|危废|名录|容器|包装|识别码|八位码|8位码"
_RESPONSIBLE: Final = (r"经办|经手", Field.OPERATOR)
_BATCH: Final = (r"批次|批号", Field.BATCH_NO)
_UNIT: Final = (r"^(?:计量|数量)?单位$", Field.UNIT)
GISW1: Final = Layout(
    table=Table.GISW1,
    signature=re.compile(r"^物理性状|^主要成分|^污染特性|^(?:产废|产污)系数|^年产生量|^产生环节$"),
    least=3,
    min_fields=4,
    ignored=_IGNORED,
    foreign=re.compile(_HAZARDOUS),
    patterns=_patterns(
        (r"^年份?$|^年度$", Field.YEAR),
        (r"^产生(?:环节|工序|装置)$", Field.STEP),
        (r"^物理性状|^形态|^性状", Field.FORM),
        (r"^主要成分", Field.MAIN_COMPONENTS),
        (r"^污染特性|^有害成分", Field.HARMFUL_COMPONENTS),
        (r"年(?:度)?产生量", Field.ANNUAL),
        *_GENERAL_COLUMNS,
        (rf"^{_WASTE}?(?:类别|类型|分类)", Field.WASTE_CLASS),
        _UNIT,
    ),
    masses=(Field.ANNUAL,),
)
GISW4: Final = Layout(
    table=Table.GISW4,
    signature=re.compile(
        rf"^产生(?:{_MOMENT}|数?量$)|^产生部门.*经办|^转移{_MOMENT}|^转移?去向|^运输(?:部门)?.*经办"
    ),
    least=3,
    min_fields=5,
    ignored=_IGNORED,
    foreign=re.compile(rf"{_HAZARDOUS}|^(?:入库|出库|出厂|接收)|累计"),
    patterns=_patterns(
        _BATCH,
        (rf"^转移{_MOMENT}", Field.MOVED_AT),
        (r"(?:去向|流向)$", Field.DESTINATION),
        (r"^(?:运输|运送|转移).*(?:经办|经手)", Field.MOVER),
        _RESPONSIBLE,
        (rf"^产生{_MOMENT}|^{_MOMENT}$", Field.EVENT_AT),
        (rf"^产生(?:的)?{_MASS_WORDS}|^{_MASS_WORDS}$", Field.QUANTITY),
        _UNIT,
        *_GENERAL_COLUMNS,
    ),
)
GISW5: Final = Layout(
    table=Table.GISW5,
    signature=re.compile(rf"^(?:入库|出库)(?:{_MOMENT}|{_MASS_WORDS})"),
    least=3,
    min_fields=5,
    ignored=_IGNORED,
    foreign=re.compile(_HAZARDOUS),
    patterns=_patterns(
        _BATCH,
        (rf"^入库{_MOMENT}", Field.IN_AT),
        (rf"^入库(?:的)?{_MASS_WORDS}", Field.IN_QUANTITY),
        (rf"^出库{_MOMENT}", Field.OUT_AT),
        (rf"^出库(?:的)?{_MASS_WORDS}", Field.OUT_QUANTITY),
        (r"设施|仓库|库房|贮存场", Field.FACILITY),
        (r"(?:去向|流向)$", Field.DESTINATION),
        _RESPONSIBLE,
        _UNIT,
        *_GENERAL_COLUMNS,
    ),
    masses=(Field.IN_QUANTITY, Field.OUT_QUANTITY),
)


def _own(table: Table, way: str, other: str) -> Layout:
    """Tables 6 and 7: what the firm used, or disposed of, itself."""
    return Layout(
        table=table,
        signature=re.compile(rf"^接收{_MOMENT}|^(?:自行)?{way}(?:方式|方法|{_MOMENT}|完毕|{_MASS_WORDS})"),
        least=2,
        min_fields=5,
        ignored=_IGNORED,
        foreign=re.compile(rf"{_HAZARDOUS}|{other}|委托|委外|接收单位|累计"),
        patterns=_patterns(
            _BATCH,
            (rf"(?:完毕|完成|结束)(?:{_MOMENT})?$", Field.FINISHED_AT),
            (rf"{way}(?:方式|方法|工艺)", Field.METHOD),
            _RESPONSIBLE,
            (rf"^(?:接收|(?:自行)?{way}){_MOMENT}|^{_MOMENT}$", Field.EVENT_AT),
            (rf"^(?:接收|(?:自行)?{way})?(?:的)?{_MASS_WORDS}$", Field.QUANTITY),
            _UNIT,
            *_GENERAL_COLUMNS,
        ),
    )


GISW6: Final = _own(Table.GISW6, "利用", "处置")
GISW7: Final = _own(Table.GISW7, "处置", "利用")
LAYOUTS: Final = (GISW2, GISW1, GISW4, GISW5, GISW6, GISW7, B5, B4, B3, B2, GISW3)
"""In the order they are asked; B.1 is what none of them is."""
