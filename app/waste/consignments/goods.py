"""A waste as dangerous goods by road: what its waybill and the consignor's list say of it (JT/T 617.5, domain-rules 15.9)."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.core.text import Text, say

MAX_WAYBILL: Final = 40
MAX_SHIPPING_NAME: Final = 120
UN_NUMBER: Final = r"UN[0-9]{4}"


class GoodsClass(enum.StrEnum):
    """类别或项别, JT/T 617.2."""

    MASS_EXPLOSION = "1.1"
    PROJECTION = "1.2"
    FIRE_AND_BLAST = "1.3"
    MINOR_EXPLOSION = "1.4"
    INSENSITIVE = "1.5"
    EXTREMELY_INSENSITIVE = "1.6"
    FLAMMABLE_GAS = "2.1"
    INERT_GAS = "2.2"
    TOXIC_GAS = "2.3"
    FLAMMABLE_LIQUID = "3"
    FLAMMABLE_SOLID = "4.1"
    SELF_IGNITING = "4.2"
    DANGEROUS_WHEN_WET = "4.3"
    OXIDISING = "5.1"
    ORGANIC_PEROXIDE = "5.2"
    TOXIC = "6.1"
    INFECTIOUS = "6.2"
    RADIOACTIVE = "7"
    CORROSIVE = "8"
    MISCELLANEOUS = "9"


class PackingGroup(enum.StrEnum):
    """包装类别: I is the most dangerous."""

    I = "I"  # noqa: E741
    II = "II"
    III = "III"
    NONE = "none"
    """The entry has none, as gases and articles."""


C = GoodsClass
_EXPLOSIVE: Final = say("爆炸品")
CLASS_WORDS: Final[Mapping[GoodsClass, Text]] = {
    C.MASS_EXPLOSION: _EXPLOSIVE,
    C.PROJECTION: _EXPLOSIVE,
    C.FIRE_AND_BLAST: _EXPLOSIVE,
    C.MINOR_EXPLOSION: _EXPLOSIVE,
    C.INSENSITIVE: _EXPLOSIVE,
    C.EXTREMELY_INSENSITIVE: _EXPLOSIVE,
    C.FLAMMABLE_GAS: say("易燃气体"),
    C.INERT_GAS: say("非易燃无毒气体"),
    C.TOXIC_GAS: say("毒性气体"),
    C.FLAMMABLE_LIQUID: say("易燃液体"),
    C.FLAMMABLE_SOLID: say("易燃固体"),
    C.SELF_IGNITING: say("易于自燃的物质"),
    C.DANGEROUS_WHEN_WET: say("遇水放出易燃气体的物质"),
    C.OXIDISING: say("氧化性物质"),
    C.ORGANIC_PEROXIDE: say("有机过氧化物"),
    C.TOXIC: say("毒性物质"),
    C.INFECTIOUS: say("感染性物质"),
    C.RADIOACTIVE: say("放射性物质"),
    C.CORROSIVE: say("腐蚀性物质"),
    C.MISCELLANEOUS: say("杂项危险物质和物品"),
}


@dataclass(frozen=True, kw_only=True)
class DangerousGoods:
    """One waste as its waybill names it."""

    un_number: str
    """UN and four digits."""
    shipping_name: str
    goods_class: GoodsClass
    packing_group: PackingGroup
    subsidiary_hazards: tuple[GoodsClass, ...] = ()
    tunnel_code: str = ""
    """Optional: the restriction for tunnels, such as D/E."""

    def stored(self) -> dict[str, Any]:
        """As the line's column keeps it."""
        return {
            "un_number": self.un_number,
            "shipping_name": self.shipping_name,
            "goods_class": self.goods_class.value,
            "subsidiary_hazards": [one.value for one in self.subsidiary_hazards],
            "packing_group": self.packing_group.value,
            "tunnel_code": self.tunnel_code,
        }


def goods_of(stored: Mapping[str, Any]) -> DangerousGoods | None:
    """What a line's column says; None while nobody wrote it."""
    if not stored:
        return None
    return DangerousGoods(
        un_number=stored["un_number"],
        shipping_name=stored["shipping_name"],
        goods_class=GoodsClass(stored["goods_class"]),
        packing_group=PackingGroup(stored["packing_group"]),
        subsidiary_hazards=tuple(GoodsClass(one) for one in stored["subsidiary_hazards"]),
        tunnel_code=stored["tunnel_code"],
    )


def covers_class(scope: frozenset[str], goods_class: str) -> bool:
    """Whether a carrier's scope has a class: its own division, or the whole class of it."""
    return goods_class in scope or goods_class.partition(".")[0] in scope
