"""The firms of the demo park, all invented: where they are, what they store and what arises there."""

from dataclasses import dataclass, field

from app.foundation.core.units import Grams
from app.waste.registry.models import WasteForm
from app.waste.storage.models import FacilityType

TONNE = 1_000_000
DEMO_CITY = "9901"


@dataclass(frozen=True)
class DemoZone:
    code: str
    name: str
    capacity: Grams
    allowed: tuple[str, ...]
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoFacility:
    code: str
    name: str
    type: FacilityType
    capacity: Grams
    zones: tuple[DemoZone, ...]


@dataclass(frozen=True)
class DemoStream:
    """A waste of a firm: how it arises, in what packages, and where it goes."""

    key: str
    code: str
    name: str
    form: WasteForm
    main: str
    harmful: str
    precautions: str
    zone: str
    package: str
    volume_l: int
    tare_kg: str
    net_kg: tuple[int, int]
    """From, to: kilograms of one full package."""
    every_days: int
    source: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoFirm:
    key: str
    credit_code: str
    name: str
    short_name: str
    short_name_en: str
    address: str
    is_producer: bool = False
    is_recycler: bool = False
    is_carrier: bool = False
    facilities: tuple[DemoFacility, ...] = ()
    streams: tuple[DemoStream, ...] = ()


L, SS, SOLID = WasteForm.LIQUID, WasteForm.SEMI_SOLID, WasteForm.SOLID
KEEP_FROM_FIRE = "密闭存放，远离火源与氧化剂；泄漏时用惰性吸附材料收集，佩戴防毒面具与耐溶剂手套"
CORROSIVE = "佩戴耐酸碱手套与护目镜；泄漏时围堵后中和收集，不得与碱、氰化物接触"

QINGWU = DemoFirm(
    key="qingwu",
    credit_code="91330100MA2DEMK01D",
    name="青梧涂料（演示）有限公司",
    short_name="青梧涂料",
    short_name_en="Qingwu Coatings",
    address="澄湖循环产业园青梧路 8 号",
    is_producer=True,
    facilities=(
        DemoFacility(
            "TS001",
            "1# 危废贮存库",
            FacilityType.WAREHOUSE,
            Grams(40 * TONNE),
            (
                DemoZone("A1", "有机溶剂区", Grams(12 * TONNE), ("HW06",), ("L",)),
                DemoZone("A2", "漆渣区", Grams(10 * TONNE), ("HW12",), ("S", "SS")),
                DemoZone("A3", "废酸区", Grams(5 * TONNE), ("HW34",), ("L",)),
                DemoZone("A4", "废碱区", Grams(5 * TONNE), ("HW35",), ("L",)),
                DemoZone("A5", "沾染物区", Grams(4 * TONNE), ("HW49",), ("S",)),
            ),
        ),
    ),
    streams=(
        DemoStream(
            "solvent",
            "900-402-06",
            "清洗废溶剂",
            L,
            "乙酸丁酯、二甲苯、正丁醇",
            "二甲苯",
            KEEP_FROM_FIRE,
            "A1",
            "桶",
            200,
            "18.2",
            (172, 189),
            1,
            "MF0003",
        ),
        DemoStream(
            "sludge",
            "900-252-12",
            "废漆渣",
            SS,
            "树脂、颜料、水",
            "二甲苯、铬酸盐",
            "密闭存放，远离火源；防止渗滤，佩戴手套与口罩",
            "A2",
            "桶",
            200,
            "18.0",
            (205, 262),
            2,
            "MF0002",
        ),
        DemoStream(
            "acid",
            "900-300-34",
            "酸洗废液",
            L,
            "盐酸、水、铁盐",
            "盐酸",
            CORROSIVE,
            "A3",
            "桶",
            1000,
            "62.0",
            (820, 980),
            6,
            "MF0005",
            {"acid": "non_oxidising"},
        ),
        DemoStream(
            "alkali",
            "900-352-35",
            "碱洗废液",
            L,
            "氢氧化钠、水、油脂",
            "氢氧化钠",
            "佩戴耐酸碱手套与护目镜；泄漏时围堵收集，不得与酸、铵盐接触",
            "A4",
            "桶",
            1000,
            "62.0",
            (800, 960),
            8,
            "MF0005",
        ),
        DemoStream(
            "rags",
            "900-041-49",
            "沾染物",
            SOLID,
            "手套、抹布、滤袋",
            "二甲苯",
            "封口存放，远离火源",
            "A5",
            "袋",
            100,
            "0.4",
            (9, 24),
            3,
            "MF0002",
        ),
    ),
)

YUNQI = DemoFirm(
    key="yunqi",
    credit_code="91339902MA2XN2028W",
    name="云栖虚拟机械制造有限公司",
    short_name="云栖机械",
    short_name_en="Yunqi Machinery",
    address="澄湖循环产业园云栖路 21 号",
    is_producer=True,
    facilities=(
        DemoFacility(
            "TS001",
            "2# 车间贮存点",
            FacilityType.SPOT,
            Grams(3 * TONNE),
            (
                DemoZone("D1", "废油区", Grams(2 * TONNE), ("HW08",)),
                DemoZone("D2", "乳化液区", Grams(2 * TONNE), ("HW09",), ("L",)),
            ),
        ),
    ),
    streams=(
        DemoStream(
            "oil",
            "900-218-08",
            "废液压油",
            L,
            "矿物油、水",
            "矿物油",
            KEEP_FROM_FIRE,
            "D1",
            "桶",
            200,
            "18.4",
            (148, 176),
            4,
            "MF0011",
        ),
        DemoStream(
            "coolant",
            "900-007-09",
            "废清洗乳化液",
            L,
            "矿物油、表面活性剂、水",
            "矿物油",
            "防渗存放；泄漏时用吸油毡收集",
            "D2",
            "桶",
            1000,
            "61.0",
            (640, 780),
            14,
            "MF0012",
        ),
    ),
)

LANLING = DemoFirm(
    key="lanling",
    credit_code="91339901MA2XDM3008",
    name="兰陵表面处理（演示）有限公司",
    short_name="兰陵电镀",
    short_name_en="Lanling Plating",
    address="澄湖循环产业园兰陵路 3 号",
    is_producer=True,
    facilities=(
        DemoFacility(
            "TS001",
            "电镀危废库",
            FacilityType.WAREHOUSE,
            Grams(30 * TONNE),
            (
                DemoZone("B1", "污泥区", Grams(20 * TONNE), ("HW17",), ("S", "SS")),
                DemoZone("B2", "含氰废液区", Grams(4 * TONNE), ("HW33",), ("L",)),
                DemoZone("B3", "废酸区", Grams(4 * TONNE), ("HW34",), ("L",)),
            ),
        ),
    ),
    streams=(
        DemoStream(
            "sludge",
            "336-063-17",
            "电镀污泥",
            SS,
            "氢氧化物、镍、水",
            "镍",
            "防渗防雨存放，佩戴手套与口罩",
            "B1",
            "袋",
            1000,
            "2.0",
            (760, 940),
            3,
            "MF0101",
            {"acid": "none", "cyanide": "no"},
        ),
        DemoStream(
            "cyanide",
            "336-104-33",
            "含氰漂洗液",
            L,
            "氰化钠、水",
            "氰化物",
            "严禁与酸接触；双人双锁，佩戴防毒面具",
            "B2",
            "桶",
            200,
            "9.0",
            (150, 182),
            9,
            "MF0102",
        ),
        DemoStream(
            "acid",
            "900-300-34",
            "退镀废酸",
            L,
            "盐酸、水",
            "盐酸",
            CORROSIVE,
            "B3",
            "桶",
            200,
            "9.0",
            (170, 205),
            7,
            "MF0103",
            {"acid": "non_oxidising"},
        ),
    ),
)

CHENGHU = DemoFirm(
    key="chenghu",
    credit_code="91339901MA2XN10173",
    name="澄湖示例涂料有限公司",
    short_name="澄湖示例涂料",
    short_name_en="Chenghu Sample Coatings",
    address="澄湖循环产业园新苑路 1 号",
    is_producer=True,
    facilities=(
        DemoFacility(
            "TS001",
            "危废贮存库",
            FacilityType.WAREHOUSE,
            Grams(60 * TONNE),
            (
                DemoZone("C1", "溶剂与漆渣区", Grams(30 * TONNE), ("HW06", "HW12")),
                DemoZone("C2", "废油与沾染物区", Grams(30 * TONNE), ("HW08", "HW49")),
            ),
        ),
    ),
)
"""Has just joined: its own ledger is still a file, to be brought in."""

YUNZHAN = DemoFirm(
    key="yunzhan",
    credit_code="91339901MA2XDM407K",
    name="云栈溶剂再生（演示）有限公司",
    short_name="云栈溶剂再生",
    short_name_en="Yunzhan Solvent Recovery",
    address="澄湖循环产业园云栈路 2 号",
    is_recycler=True,
    facilities=(
        DemoFacility(
            "TS001",
            "溶剂原料库",
            FacilityType.WAREHOUSE,
            Grams(80 * TONNE),
            (DemoZone("R1", "待再生溶剂区", Grams(80 * TONNE), ("HW06",), ("L",)),),
        ),
    ),
)

BAIZE = DemoFirm(
    key="baize",
    credit_code="91339901MA2XDM503W",
    name="白泽环保处置（演示）有限公司",
    short_name="白泽环保处置",
    short_name_en="Baize Environmental",
    address="演江市滨江路 66 号",
    is_recycler=True,
    facilities=(
        DemoFacility(
            "TS001",
            "综合暂存库",
            FacilityType.WAREHOUSE,
            Grams(200 * TONNE),
            (
                DemoZone("W1", "固态与半固态区", Grams(120 * TONNE), ("HW12", "HW17", "HW49"), ("S", "SS")),
                DemoZone("W2", "废油区", Grams(40 * TONNE), ("HW08", "HW09"), ("L",)),
                DemoZone("W3", "废酸区", Grams(40 * TONNE), ("HW34",), ("L",)),
            ),
        ),
    ),
)

CHIAN = DemoFirm(
    key="chian",
    credit_code="91339901MA2XDM60X3",
    name="驰安危货物流（演示）有限公司",
    short_name="驰安危货物流",
    short_name_en="Chian Hazmat Logistics",
    address="演江市物流大道 18 号",
    is_carrier=True,
)

FIRMS = (QINGWU, YUNQI, LANLING, CHENGHU, YUNZHAN, BAIZE, CHIAN)
BY_KEY = {firm.key: firm for firm in FIRMS}
