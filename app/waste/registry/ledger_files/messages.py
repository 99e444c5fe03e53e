"""What the upload page says about each problem, in words: what is wrong, and how to mend it."""

from collections.abc import Mapping
from typing import Final

from app.foundation.core.text import Text, say
from app.waste.registry.ledger_files.limits import MAX_CONTAINER_GRAMS, MAX_FILE_BYTES, MAX_ROWS
from app.waste.registry.ledger_files.vocabulary import Caution, Field, FileReason, Reason, Table

FIELD_NAMES: Final[Mapping[Field, Text]] = {
    Field.BATCH_NO: say("产生批次编码"),
    Field.EVENT_AT: say("产生时间"),
    Field.LOCAL_NAME: say("行业俗称/单位内部名称"),
    Field.WASTE_NAME: say("国家危险废物名录名称"),
    Field.CATEGORY: say("危险废物类别"),
    Field.WASTE_CODE: say("危险废物代码"),
    Field.QUANTITY: say("产生量"),
    Field.UNIT: say("计量单位"),
    Field.CONTAINER_CODE: say("容器/包装编码"),
    Field.CONTAINER_KIND: say("容器/包装类型"),
    Field.CONTAINER_COUNT: say("容器/包装数量"),
    Field.SOURCE_FACILITY: say("产生危险废物设施编码"),
    Field.PRODUCER_OPERATOR: say("产生部门经办人"),
    Field.DESTINATION: say("去向"),
    Field.EVENT_CLOCK: say("产生时刻"),
    Field.ROW: say("整行"),
    Field.STORAGE_FACILITY: say("贮存设施编码"),
    Field.STORAGE_TYPE: say("贮存设施类型"),
    Field.MOVER: say("运送部门经办人"),
    Field.KEEPER: say("贮存部门经办人"),
    Field.GEN_BATCH: say("产生批次编码"),
    Field.IN_BATCH: say("入库批次编码"),
    Field.OUT_BATCH: say("产生批次编码/出库批次编码"),
    Field.TREATMENT_FACILITY: say("利用/处置设施编码"),
    Field.TREATMENT_OPERATOR: say("利用/处置部门经办人"),
    Field.METHOD_CODE: say("利用/处置方式"),
    Field.FINISHED_AT: say("利用/处置完毕时间"),
    Field.RECEIVER_KIND: say("接收单位类型"),
    Field.RECEIVER_NAME: say("利用/处置单位名称"),
    Field.LICENCE_NO: say("许可证编码/出口核准通知单编号"),
    Field.MONTH: say("年月"),
    Field.YEAR: say("年度"),
    Field.WASTE_CLASS: say("类别"),
    Field.GENERATED: say("产生量"),
    Field.STORED: say("贮存量"),
    Field.CUMULATIVE: say("累计贮存量"),
    Field.OWN_USE_METHOD: say("自行利用方式"),
    Field.OWN_USE: say("自行利用数量"),
    Field.OUT_USE_METHOD: say("委托利用方式"),
    Field.OUT_USE: say("委托利用数量"),
    Field.OWN_DISPOSAL_METHOD: say("自行处置方式"),
    Field.OWN_DISPOSAL: say("自行处置数量"),
    Field.OUT_DISPOSAL_METHOD: say("委托处置方式"),
    Field.OUT_DISPOSAL: say("委托处置数量"),
    Field.OPERATOR: say("经办人"),
    Field.CARRIER: say("运输单位"),
    Field.PLATE: say("运输信息（车牌号）"),
    Field.TRANSPORT_MODE: say("运输方式"),
    Field.RECEIVER: say("接收单位"),
    Field.FLOW_TYPE: say("流向类型"),
    Field.STEP: say("产生环节"),
    Field.FORM: say("物理性状"),
    Field.MAIN_COMPONENTS: say("主要成分"),
    Field.HARMFUL_COMPONENTS: say("污染特性"),
    Field.ANNUAL: say("年产生量"),
    Field.MOVED_AT: say("转移时间"),
    Field.IN_AT: say("入库时间"),
    Field.IN_QUANTITY: say("入库数量"),
    Field.OUT_AT: say("出库时间"),
    Field.OUT_QUANTITY: say("出库数量"),
    Field.FACILITY: say("设施编号"),
    Field.METHOD: say("利用/处置方式"),
}
"""Column titles as in HJ 1259 table B.1, and of columns that only other tables have."""

_GENERAL_NAMES: Final = {Field.WASTE_CODE: say("代码"), Field.WASTE_NAME: say("名称")}
_NAMES_IN: Final[Mapping[Table, Mapping[Field, Text]]] = {
    Table.B2: {
        Field.BATCH_NO: say("入库批次编码"), Field.EVENT_AT: say("入库时间"), Field.QUANTITY: say("入库量"),
    },
    Table.B3: {
        Field.BATCH_NO: say("出库批次编码"), Field.EVENT_AT: say("出库时间"), Field.QUANTITY: say("出库量"),
        Field.KEEPER: say("出库部门经办人"),
    },
    Table.B4: {
        Field.BATCH_NO: say("自行利用/处置批次编码"), Field.EVENT_AT: say("自行利用/处置时间"),
        Field.QUANTITY: say("自行利用/处置量"),
    },
    Table.B5: {
        Field.BATCH_NO: say("委外利用/处置批次编码"), Field.EVENT_AT: say("出厂时间"),
        Field.QUANTITY: say("委外利用/处置量"),
    },
    Table.GISW1: {**_GENERAL_NAMES, Field.YEAR: say("年份")},
    Table.GISW2: _GENERAL_NAMES,
    Table.GISW3: {**_GENERAL_NAMES, Field.EVENT_AT: say("出厂时间"), Field.QUANTITY: say("出厂数量")},
    Table.GISW4: {
        **_GENERAL_NAMES, Field.QUANTITY: say("产生数量"), Field.BATCH_NO: say("批次编码"),
        Field.MOVER: say("运输经办人"),
    },
    Table.GISW5: {**_GENERAL_NAMES, Field.BATCH_NO: say("批次编码")},
    Table.GISW6: {
        **_GENERAL_NAMES, Field.EVENT_AT: say("接收时间"), Field.QUANTITY: say("数量"),
        Field.METHOD: say("利用方式"), Field.FINISHED_AT: say("利用完毕时间"), Field.BATCH_NO: say("批次编码"),
    },
    Table.GISW7: {
        **_GENERAL_NAMES, Field.EVENT_AT: say("接收时间"), Field.QUANTITY: say("数量"),
        Field.METHOD: say("处置方式"), Field.FINISHED_AT: say("处置完毕时间"), Field.BATCH_NO: say("批次编码"),
    },
}  # fmt: skip
"""Titles of the same columns in the other tables."""


TABLE_NAMES: Final[Mapping[Table, Text]] = {
    Table.B1: say("HJ 1259 表 B.1 产生环节"),
    Table.B2: say("HJ 1259 表 B.2 入库环节"),
    Table.B3: say("HJ 1259 表 B.3 出库环节"),
    Table.B4: say("HJ 1259 表 B.4 自行利用/处置环节"),
    Table.B5: say("HJ 1259 表 B.5 委外利用/处置"),
    Table.GISW1: say("一般固废附表1 产生清单"),
    Table.GISW2: say("一般固废附表2 流向汇总表"),
    Table.GISW3: say("一般固废附表3 出厂环节记录表"),
    Table.GISW4: say("一般固废附表4 产生环节记录表"),
    Table.GISW5: say("一般固废附表5 贮存环节记录表"),
    Table.GISW6: say("一般固废附表6 自行利用环节记录表"),
    Table.GISW7: say("一般固废附表7 自行处置环节记录表"),
}
"""What each official table is called."""
SHORT_NAMES: Final[Mapping[Table, Text]] = {
    Table.B1: say("表 B.1"),
    Table.B2: say("表 B.2"),
    Table.B3: say("表 B.3"),
    Table.B4: say("表 B.4"),
    Table.B5: say("表 B.5"),
    Table.GISW1: say("附表1"),
    Table.GISW2: say("附表2"),
    Table.GISW3: say("附表3"),
    Table.GISW4: say("附表4"),
    Table.GISW5: say("附表5"),
    Table.GISW6: say("附表6"),
    Table.GISW7: say("附表7"),
}
"""The same where there is little room."""


_MASSES: Final = {
    Table.GISW1: Field.ANNUAL,
    Table.GISW2: Field.GENERATED,
    Table.GISW5: Field.IN_QUANTITY,
}


def mass_name(table: Table) -> Text:
    """The title of the column whose masses a table's totals add up."""
    return column_name(_MASSES.get(table, Field.QUANTITY), table)


def column_name(field: Field, table: Table = Table.B1) -> Text:
    """The title of a column in its table."""
    return _NAMES_IN.get(table, {}).get(field) or FIELD_NAMES[field]


_PROBLEMS: Final[Mapping[Reason, tuple[Text, Text]]] = {
    Reason.REQUIRED_MISSING: (
        say("必填项“{field}”没有填写"),
        say("请在此单元格填写“{field}”"),
    ),
    Reason.CODE_UNKNOWN: (
        say("废物代码“{value}”不在产生当日有效的国家危险废物名录中"),
        say("请按名录核对八位代码，例如 900-249-08"),
    ),
    Reason.CODE_AMBIGUOUS: (
        say("一个单元格里写了多个废物代码：{value}"),
        say("每行只写一个代码；不同废物请分行填写"),
    ),
    Reason.CODE_CATEGORY_MISMATCH: (
        say("“{value}”与废物类别不一致：代码末两位应与类别相同"),
        say("请核对类别和代码，改正写错的一个"),
    ),
    Reason.DATE_INVALID: (
        say("日期“{value}”不存在，或可能指不止一天"),
        say("请写成 2026-10-01 或 2026-10-01 08:30"),
    ),
    Reason.DATE_FUTURE: (
        say("日期“{value}”晚于今天"),
        say("请核对年份和月份；尚未发生的事不能入账"),
    ),
    Reason.MASS_NOT_A_NUMBER: (
        say("数量“{value}”不是一个数"),
        say("请填写称重得到的一个数，不写范围、算式或文字"),
    ),
    Reason.MASS_NEGATIVE: (
        say("数量“{value}”为负数"),
        say("数量应大于零；更正以前的记录请用冲正"),
    ),
    Reason.MASS_ZERO: (
        say("数量“{value}”不足 1 克"),
        say("请填写实际数量；没有发生请删去此行"),
    ),
    Reason.OVER_LIMIT: (
        say("一个容器超过 {limit} 吨：{value}"),
        say("请核对数量和计量单位，是否把千克写成了吨"),
    ),
    Reason.FORMULA_NO_VALUE: (
        say("公式没有保存计算结果"),
        say("请用表格软件打开文件、重新计算并保存，或改填数值"),
    ),
    Reason.UNIT_UNKNOWN: (
        say("“{value}”不是可识别的质量单位"),
        say("请用吨、千克（公斤）、克或斤；体积和件数不能代替质量"),
    ),
    Reason.UNIT_CONFLICT: (
        say("单元格“{value}”里的单位与计量单位列不一致"),
        say("请只保留一个正确的单位"),
    ),
    Reason.BATCH_FORMAT: (
        say("“{field}”中的“{value}”格式不对"),
        say("应为 {form} + 8位日期 + 3位序号，例如 {example}20261001001"),
    ),
    Reason.CHECK_DIGIT: (
        say("容器编码“{value}”前18位的信用代码校验位不符"),
        say("请与标签逐位核对前18位"),
    ),
    Reason.CONTAINER_CODE_INVALID: (
        say("容器编码“{value}”不是有效的37位数字识别码"),
        say("请把此列设为文本格式后重新填写标签上的37位编码"),
    ),
    Reason.CONTAINER_CODE_MISMATCH: (
        say("容器编码“{value}”属于别的单位或别的废物代码"),
        say("前18位应为本单位信用代码，第19至26位应与此行废物代码相同"),
    ),
    Reason.COUNT_INVALID: (
        say("容器数量“{value}”不是从 1 起的整数"),
        say("请填写阿拉伯数字，例如 1"),
    ),
    Reason.DUPLICATE: (
        say("“{value}”在这张表中已有一条记录"),
        say("同一容器在同一张表中只能入账一次；请删去此行，或改正编码"),
    ),
    Reason.ROW_SHAPE: (
        say("此行有 {value} 个单元格，与表头不符"),
        say("请检查此行是否多了或少了分隔符；含逗号的数字要加引号"),
    ),
    Reason.DATE_ORDER: (
        say("“{value}”早于它前一环节的时间"),
        say("入库不能早于产生，出库不能早于入库，完毕不能早于开始；请核对两处的时间"),
    ),
    Reason.BATCH_UNKNOWN: (
        say("台账和此文件里都没有批次“{value}”"),
        say("请先导入上一环节的台账，或改正批次编码；上一环节未通过的行不算"),
    ),
    Reason.SOURCE_MISMATCH: (
        say("批次“{value}”里没有这一行的容器"),
        say("请核对容器编码和来源批次编码是否属于同一件"),
    ),
    Reason.QUANTITY_EXCEEDS_SOURCE: (
        say("数量“{value}”超过来源批次所剩的量（允许误差 0.5%）"),
        say("请与称重记录核对；来源批次写少了的，请先更正来源"),
    ),
    Reason.FACILITY_UNKNOWN: (
        say("本场所没有编码为“{value}”的贮存设施"),
        say("请核对设施编码；新设施请先在“贮存设施”中登记"),
    ),
    Reason.METHOD_UNKNOWN: (
        say("“{value}”不是利用处置方式代码"),
        say("请填写一个代码，例如 R9、D10、C1"),
    ),
    Reason.CLASS_UNKNOWN: (
        say("“{value}”不是一般工业固体废物的类别"),
        say("请填写第Ⅰ类或第Ⅱ类；没有检测过的按第Ⅱ类管理"),
    ),
    Reason.FLOW_UNKNOWN: (
        say("流向“{value}”看不出是利用还是处置"),
        say("请填写委托利用或委托处置"),
    ),
    Reason.TEXT_TOO_LONG: (
        say("文字过长，最多 200 个字"),
        say("请缩短到 200 个字以内"),
    ),
}

_GENERAL: Final[Mapping[Reason, tuple[Text, Text]]] = {
    Reason.CODE_UNKNOWN: (
        say("“{value}”不是一般工业固体废物代码"),
        say("代码应为 NNN-NNN-SNN，例如 900-003-S17"),
    ),
    Reason.DUPLICATE: (
        say("“{value}”在这个月、这张表中已有一条记录"),
        say("同一废物每月汇总只能入账一次；更正以前的记录请用冲正"),
    ),
}
"""What is said otherwise of general waste."""

_CAUTIONS: Final[Mapping[Caution, Text]] = {
    Caution.CODE_CORRECTED: say("代码中的字母或缺少的零已改正，请核对"),
    Caution.CODE_NOT_LISTED: say("代码的分类不在已知的一般固体废物分类中，请核对"),
    Caution.CATEGORY_FROM_CODE: say("类别未填写，已按代码补上"),
    Caution.MASS_APPROXIMATE: say("数量写的是约数，已按所写数值计"),
    Caution.MASS_ROUNDED: say("数量精确到 1 克以下，已四舍五入到克"),
    Caution.UNIT_OVERRIDES_HEADER: say("单元格里的单位与表头不同，已按单元格计"),
    Caution.DATE_YEAR_FROM_TITLE: say("日期没有年份，已按标题的年份计"),
    Caution.DATE_TWO_DIGIT_YEAR: say("日期的年份只有两位，请核对"),
    Caution.DATE_SERIAL: say("日期是一个序列数，已换算成日期，请核对"),
    Caution.DATE_OUTSIDE_PERIOD: say("日期不在标题所写的月份内"),
    Caution.BATCH_DATE_DIFFERS: say("批次编码里的日期与此行的日期不同"),
    Caution.CONTAINER_DATE_DIFFERS: say("容器编码里的日期与产生日期不同"),
    Caution.QUANTITY_DIFFERS_SOURCE: say("数量与来源批次不同；差额记为称重差异，或仍在库中"),
    Caution.BALANCE: say("上月累计贮存量 + 产生量 − 利用处置量 ≠ 本月累计贮存量"),
    Caution.TOTAL_MISMATCH: say("合计数与各行之和不符"),
    Caution.ROW_HIDDEN: say("此行在表中是隐藏的，仍作为数据读入"),
    Caution.SHEET_HIDDEN: say("隐藏的工作表没有读入"),
    Caution.SHEET_IGNORED: say("工作表中没有可读入的台账，已略过"),
}

_FILES: Final[Mapping[FileReason, tuple[Text, Text]]] = {
    FileReason.EMPTY: (say("文件是空的"), say("请选择有内容的台账文件")),
    FileReason.NO_TABLE: (
        say("文件里没有找到台账的表头"),
        say(
            "表头应有 HJ 1259 表 B.1 至 B.5 或一般固体废物附表2、附表3 的列名，例如产生批次编码、产生时间、危险废物代码、产生量"
        ),
    ),
    FileReason.NO_ROWS: (say("表头下面没有数据"), say("请填写台账后再上传")),
    FileReason.TYPE_MISMATCH: (
        say("文件内容与扩展名不符，不是表格文件"),
        say("请用表格软件打开，另存为 XLSX 或 CSV 后再上传"),
    ),
    FileReason.TYPE_UNSUPPORTED: (
        say("不支持这种文件"),
        say("请上传 XLSX、XLSM、XLS、ODS 或 CSV 文件"),
    ),
    FileReason.ENCRYPTED: (say("文件有密码保护，无法读取"), say("请去掉打开密码后再上传")),
    FileReason.DAMAGED: (
        say("文件已损坏，不能完整读取"),
        say("请用表格软件打开并重新保存，或向提供者再要一份"),
    ),
    FileReason.TOO_LARGE: (
        say("文件太大：最大 {megabytes} MB、{rows} 行", megabytes=MAX_FILE_BYTES >> 20, rows=MAX_ROWS),
        say("请按月份拆成几个文件上传"),
    ),
}


def problem_text(reason: Reason, field: Field, value: str, table: Table = Table.B1) -> Text:
    """What is wrong with a cell that says `value`."""
    return _filled(_words(reason, table)[0], field, value, table)


def problem_mend(reason: Reason, field: Field, table: Table = Table.B1) -> Text:
    """What the user can do about it."""
    return _filled(_words(reason, table)[1], field, "", table)


def _words(reason: Reason, table: Table) -> tuple[Text, Text]:
    own = None if table.is_hazardous else _GENERAL.get(reason)
    return own or _PROBLEMS[reason]


_FORMS: Final[Mapping[tuple[Table, Field], tuple[str, ...]]] = {
    (Table.B2, Field.BATCH_NO): ("HWRK",),
    (Table.B3, Field.BATCH_NO): ("HWCK",),
    (Table.B3, Field.IN_BATCH): ("HWRK",),
    (Table.B4, Field.BATCH_NO): ("HWZXLY", "HWZXCZ"),
    (Table.B5, Field.BATCH_NO): ("HWWWLY", "HWWWCZ", "HWCKLY", "HWCKCZ"),
    (Table.B4, Field.OUT_BATCH): ("HWCK", "HWCS"),
    (Table.B5, Field.OUT_BATCH): ("HWCK", "HWCS"),
}
"""How batch numbers of a column begin (domain-rules 14.4), where not by HWCS."""


def _filled(text: Text, field: Field, value: str, table: Table) -> Text:
    params = {
        "field": column_name(field, table),
        "value": value,
        "limit": MAX_CONTAINER_GRAMS // 1_000_000,
        "form": "/".join(forms := _FORMS.get((table, field), ("HWCS",))),
        "example": forms[0],
    }
    return Text(text.msgid, {name: params[name] for name in params if f"{{{name}}}" in text.msgid})


def caution_text(code: Caution) -> Text:
    """What the user should look at."""
    return _CAUTIONS[code]


def file_text(reason: FileReason) -> Text:
    """Why the whole file is refused."""
    return _FILES[reason][0]


def file_mend(reason: FileReason) -> Text:
    """What to do about a refused file."""
    return _FILES[reason][1]
