"""Sample values for the style guide: invented, like everything in a demo park."""

from datetime import datetime, timedelta
from typing import Any

from app.foundation.core.clock import local_day
from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import say
from app.foundation.core.units import Grams
from app.web.forms import FormState


def samples(now: datetime) -> dict[str, Any]:
    """What `style_guide.html` shows besides its own text."""
    return {
        "moment": now,
        "drums": _drums(),
        "events": _events(now),
        "soon": local_day(now) + timedelta(days=18),
        "late": local_day(now) - timedelta(days=3),
        "form": FormState(
            {"gross_mass": "204.7", "tare_mass": "18.2", "zone": "a1", "package": "drum", "vehicle": "b"}
        ),
        "refused": FormState(
            {
                "waste_code": "900-402-60",
                "generated_at": "2026-12-20T13:20",
                "gross_mass": "8.2",
                "zone": "a3",
            },
            [
                FieldProblem("#/waste_code", say("不在 2025 年版名录。是不是 900-402-06 废有机溶剂")),
                FieldProblem("#/gross_mass", say("毛重要大于皮重 {tare} kg", tare="18.2")),
                FieldProblem("#/zone", say("A3 现放废酸，与有机溶剂不相容；改放 A1")),
            ],
        ),
    }


def _drums() -> list[dict[str, Any]]:
    return [
        {"code": "QW-A1-0080", "sent": Grams(186_200), "received": Grams(186_000), "share": "-0.1"},
        {"code": "QW-A1-0084", "sent": Grams(186_600), "received": Grams(118_400), "share": "-36.5"},
        {"code": "QW-A1-0086", "sent": Grams(186_200), "received": None, "share": None},
    ]


def _events(now: datetime) -> list[dict[str, Any]]:
    return [
        {"title": "下一步：等待转移", "kind": "off"},
        {
            "title": "入库 A1 区第 2 排",
            "note": "陆青岚 · 手机端",
            "code": "#6 9f41…c07a",
            "at": now,
            "kind": "ok",
        },
        {
            "title": "盘点差异 −2.0 kg，已说明",
            "note": "陆青岚",
            "at": now - timedelta(hours=20),
            "kind": "warn",
        },
        {
            "title": "封口包装",
            "note": "赵柏",
            "code": "#3 07ae…44d1",
            "at": now - timedelta(days=4),
            "kind": "ok",
        },
    ]
