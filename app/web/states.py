"""How a state looks: one colour, one icon and one word for each, the same on every page (ux.md 4.1)."""

from dataclasses import dataclass
from enum import StrEnum

from app.foundation.core.text import Text, say


@dataclass(frozen=True)
class Look:
    """Tag class, icon name and word of one state."""

    kind: str
    icon: str
    word: Text


CONTAINER_LOOKS = {
    "printed": Look("info", "qrcode", say("已打码")),
    "filling": Look("info", "progress", say("装填中")),
    "sealed": Look("info", "package", say("已封装")),
    "weighed": Look("info", "scale", say("已称重")),
    "stored": Look("info", "circle-dot", say("在库")),
    "reserved": Look("info", "lock", say("已锁定")),
    "loaded": Look("info", "truck-loading", say("已装车")),
    "in_transit": Look("info", "truck-delivery", say("在途")),
    "accepted": Look("ok", "check", say("已接收")),
    "stored_at_consignee": Look("info", "building-warehouse", say("接收方在库")),
    "outbound": Look("info", "package-export", say("已出库")),
    "consumed": Look("", "recycle", say("已利用/处置")),
    "damaged": Look("bad", "alert-circle", say("破损")),
    "repacked": Look("", "arrows-exchange", say("破损改包")),
    "voided": Look("", "ban", say("作废")),
}
"""Container states of domain-rules.md 7.11."""

CONSIGNMENT_LOOKS = {
    "draft": Look("", "pencil", say("草稿")),
    "submitted": Look("info", "send", say("待发运")),
    "loading": Look("info", "truck-loading", say("装载核验")),
    "refused_by_carrier": Look("bad", "circle-x", say("承运拒绝")),
    "in_transit": Look("info", "truck-delivery", say("运输中")),
    "temporarily_stored": Look("warn", "building-warehouse", say("途中暂存")),
    "incident": Look("bad", "alert-octagon", say("异常")),
    "diverted": Look("warn", "truck-return", say("改道退回")),
    "arrived": Look("info", "map-pin", say("已到达")),
    "discrepancy": Look("bad", "alert-circle", say("差异处理")),
    "accepted": Look("ok", "check", say("已接受")),
    "partly_accepted": Look("warn", "check", say("部分接受")),
    "rejected": Look("bad", "circle-x", say("拒收")),
    "returned": Look("", "truck-return", say("已退回")),
    "closed_incident": Look("", "file-check", say("事故结案")),
    "confirmed": Look("ok", "file-check", say("已确认（国家系统）")),
    "result_reported": Look("ok", "recycle", say("已利用/处置")),
    "closed": Look("ok", "circle-check", say("已完结")),
    "cancelled": Look("", "ban", say("已作废")),
}
"""Manifest states of domain-rules.md 7.4."""

_LOOKS = {"container": CONTAINER_LOOKS, "consignment": CONSIGNMENT_LOOKS}


def state_look(thing: str, state: StrEnum | str) -> Look:
    """The look of a state of a `container` or `consignment`.

    Raises:
        KeyError: no such kind of thing or no such state.
    """
    return _LOOKS[thing][str(state)]
