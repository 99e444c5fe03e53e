"""Names of the provinces by the first two digits of their division codes (GB/T 2260)."""

from typing import Final

from app.foundation.core.text import Text, say

PROVINCES: Final[dict[str, Text]] = {
    "11": say("北京"), "12": say("天津"), "13": say("河北"), "14": say("山西"), "15": say("内蒙古"),
    "21": say("辽宁"), "22": say("吉林"), "23": say("黑龙江"), "31": say("上海"), "32": say("江苏"),
    "33": say("浙江"), "34": say("安徽"), "35": say("福建"), "36": say("江西"), "37": say("山东"),
    "41": say("河南"), "42": say("湖北"), "43": say("湖南"), "44": say("广东"), "45": say("广西"),
    "46": say("海南"), "50": say("重庆"), "51": say("四川"), "52": say("贵州"), "53": say("云南"),
    "54": say("西藏"), "61": say("陕西"), "62": say("甘肃"), "63": say("青海"), "64": say("宁夏"),
    "65": say("新疆"), "98": say("演示邻省"), "99": say("演示省"),
}  # fmt: skip


def province_text(code: str) -> Text:
    """The name of a province; its digits where it has none."""
    return PROVINCES.get(code, Text(code))
