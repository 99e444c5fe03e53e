"""A signed document as a paper people can read: fields in words, values as the manifest prints them, what changed marked."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text
from app.foundation.core.work import Work
from app.waste.consignments.documents import PACKAGE_WORDS
from app.waste.consignments.fields import BY_PATH
from app.waste.consignments.models import AcceptanceCheck, DiscrepancyKind, Opinion, Verdict
from app.waste.consignments.revisions.queries import Version, names_in
from app.waste.consignments.rules.receipt import CHECK_WORDS
from app.waste.registry.methods import method_text
from app.waste.registry.models import FORM_WORDS, WasteForm
from app.web.consignments.parts import DISCREPANCY_WORDS, VERDICT_TAGS
from app.web.consignments.receiving import OPINION_WORDS

EMPTY: Final = say("未填")


@dataclass(frozen=True)
class Entry:
    """One field of a version; `before` is what the version before it said, if that was something else."""

    words: Text
    value: Text
    before: Text | None = None
    is_data: bool = False
    """Typed by people or a name: it stays as it is in every language."""


@dataclass(frozen=True)
class Part:
    """What the paper says of the whole, of one line or of one container."""

    title: Text
    entries: tuple[Entry, ...]
    is_new: bool = False

    @property
    def is_changed(self) -> bool:
        return self.is_new or any(entry.before is not None for entry in self.entries)


@dataclass(frozen=True)
class Paper:
    """One version, to be read."""

    number: int
    made_at: Any
    code: str
    """First and last characters of the hash."""
    whole: Part
    lines: tuple[Part, ...]
    containers: tuple[Part, ...]
    text: str
    """What was signed and hashed, to the letter."""

    @property
    def change_count(self) -> int:
        return sum(part.is_changed for part in (self.whole, *self.lines, *self.containers))


_Shown = Callable[[Any, Mapping[str, str]], Text]


def _plain(value: Any, _names: Mapping[str, str]) -> Text:
    return Text(str(value).replace("{", "(").replace("}", ")"))


def _mass(value: Any, _names: Mapping[str, str]) -> Text:
    return say("{mass} kg", mass=kg_text(Grams(int(value))))


def _named(value: Any, names: Mapping[str, str]) -> Text:
    name = names.get(str(value))
    return say("{name}（{code}）", name=name, code=value) if name else _plain(value, names)


def _place(value: Any, names: Mapping[str, str]) -> Text:
    return _plain(names.get(str(value), value), names)


def _plate(value: Any, names: Mapping[str, str]) -> Text:
    return _plain(printed_plate(value), names)


def _one_of(kind: type[Any], words: Mapping[Any, Text]) -> _Shown:
    def shown(value: Any, names: Mapping[str, str]) -> Text:
        known = value in {member.value for member in kind}
        return words.get(kind(value), EMPTY) if known else _plain(value, names)

    return shown


def _rule(path: str) -> Text:
    return BY_PATH[path].words


_DISCREPANCY = _one_of(DiscrepancyKind, DISCREPANCY_WORDS)
_OPINION = _one_of(Opinion, {opinion: words for opinion, (_kind, words) in OPINION_WORDS.items()})
_VERDICTS = {Verdict.OPEN: say("没有单独处理")} | {
    verdict: words for verdict, (_kind, words, _icon) in VERDICT_TAGS.items()
}
_DATA: Final = (_plain, _named, _place, _plate)
_METHOD: _Shown = lambda value, _names: method_text(value)  # noqa: E731 - one of a table

WHOLE: Final[Mapping[str, tuple[Text, _Shown]]] = {
    "number": (say("联单号"), _plain),
    "national_number": (_rule("national_number"), _plain),
    "consignor": (say("移出人"), _named),
    "consignor_site": (say("移出地点"), _place),
    "carrier": (_rule("carrier_id"), _named),
    "plate": (_rule("vehicle_id"), _plate),
    "driver": (_rule("driver_id"), _named),
    "escort": (_rule("escort_id"), _named),
    "consignee": (_rule("consignee_id"), _named),
    "consignee_site": (_rule("consignee_site_id"), _place),
    "licence": (say("经营许可证"), _plain),
    "planned_method": (_rule("planned_method"), _METHOD),
    "emergency_measures": (_rule("emergency_measures"), _plain),
    "via": (_rule("via"), _plain),
    "sent_mass": (say("移出量合计"), _mass),
    "waybill": (_rule("waybill_number"), _plain),
    "checks": (_rule("checks"), lambda value, _names: Text("{all}", {"all": [_check(one) for one in value]})),
    "discrepancy": (_rule("discrepancy"), _DISCREPANCY),
    "discrepancy_note": (_rule("discrepancy_note"), _plain),
    "opinion": (_rule("opinion"), _OPINION),
}
"""Fields of the whole in the order people read them, each with its words and how its value is shown."""

LINE: Final[Mapping[str, tuple[Text, _Shown]]] = {
    "waste_code": (say("废物代码"), _plain),
    "waste_name": (say("废物名称"), _plain),
    "hazards": (_rule("lines.*.hazards"), lambda value, names: _plain(" ".join(value), names)),
    "form": (_rule("lines.*.form"), _one_of(WasteForm, FORM_WORDS)),
    "harmful_components": (_rule("lines.*.harmful_components"), _plain),
    "package": (
        _rule("lines.*.package"),
        lambda value, names: PACKAGE_WORDS.get(value) or _plain(value, names),
    ),
    "container_count": (say("容器数"), _plain),
    "sent_mass": (say("移出质量"), _mass),
    "goods": (_rule("lines.*.dangerous_goods"), _plain),
    "received_mass": (_rule("lines.*.received_mass"), _mass),
    "discrepancy": (_rule("lines.*.discrepancy"), _DISCREPANCY),
    "opinion": (_rule("lines.*.opinion"), _OPINION),
    "method": (_rule("lines.*.method_code"), _METHOD),
}

CONTAINER: Final[Mapping[str, tuple[Text, _Shown]]] = {
    "line": (say("联单行"), _plain),
    "sent_mass": (say("移出质量"), _mass),
    "received_mass": (_rule("containers.*.received_mass"), _mass),
    "verdict": (_rule("containers.*.verdict"), _one_of(Verdict, _VERDICTS)),
}


def papers_of(work: Work, versions: Sequence[Version]) -> list[Paper]:
    """Every version to be read, newest first, each compared with the one before it; three statements for the names."""
    documents = [_Document(json.loads(version.document)) for version in versions]
    names = names_in(work, [document.facts for document in documents])
    before: list[_Document | None] = [None, *documents]
    papers = [
        _paper(version, document, earlier, names)
        for version, document, earlier in zip(versions, documents, before, strict=False)
    ]
    return papers[::-1]


class _Document:
    """A document's facts by part: of the whole, of lines by number, of containers by code."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        waybill = facts.get("waybill") or {}
        goods = {one["line_number"]: _goods(one) for one in waybill.get("goods", ())}
        judged = {one["line_number"]: one for one in facts.get("opinions", ())}
        self.whole = {**facts, "waybill": waybill.get("number")}
        self.lines: dict[Any, Mapping[str, Any]] = {
            line["line_number"]: {
                **line,
                **judged.get(line["line_number"], {}),
                "goods": goods.get(line["line_number"]),
            }
            for line in facts["lines"]
        }
        self.containers: dict[Any, Mapping[str, Any]] = {one["code"]: one for one in facts["containers"]}


def _paper(
    version: Version, document: _Document, earlier: _Document | None, names: Mapping[str, str]
) -> Paper:
    def parts(kind: str, title: Callable[[Any], Text], fields: Mapping[str, tuple[Text, _Shown]]) -> Any:
        held = getattr(earlier, kind) if earlier else None
        return tuple(
            Part(
                title(key),
                tuple(_entries(facts, held.get(key) if held else None, fields, names)),
                is_new=held is not None and key not in held,
            )
            for key, facts in getattr(document, kind).items()
        )

    return Paper(
        number=version.number,
        made_at=version.made_at,
        code=f"{version.document_hash[:4]}…{version.document_hash[-4:]}",
        whole=Part(
            say("联单"), tuple(_entries(document.whole, earlier.whole if earlier else None, WHOLE, names))
        ),
        lines=parts("lines", lambda number: say("第 {number} 行", number=number), LINE),
        containers=parts("containers", Text, CONTAINER),
        text=version.document,
    )


def _entries(
    facts: Mapping[str, Any],
    held: Mapping[str, Any] | None,
    fields: Mapping[str, tuple[Text, _Shown]],
    names: Mapping[str, str],
) -> Iterable[Entry]:
    for key, (words, shown) in fields.items():
        value = facts.get(key)
        is_same = held is None or held.get(key) == value
        before = None if is_same or held is None else _shown(held.get(key), shown, names)
        yield Entry(words, _shown(value, shown, names), before, is_data=shown in _DATA and bool(value))


def _shown(value: Any, shown: _Shown, names: Mapping[str, str]) -> Text:
    return EMPTY if value in (None, "", [], {}) else shown(value, names)


def _check(value: str) -> Text:
    return (
        CHECK_WORDS[AcceptanceCheck(value)]
        if value in {one.value for one in AcceptanceCheck}
        else Text(value)
    )


def _goods(stored: Mapping[str, Any]) -> str:
    """As a waybill writes a waste: UN number, name, class with the subsidiary ones, packing group, tunnels."""
    others = ", ".join(stored.get("subsidiary_hazards") or ())
    group = stored.get("packing_group")
    parts = (
        stored.get("un_number"),
        stored.get("shipping_name"),
        f"{stored.get('goods_class')} ({others})" if others else stored.get("goods_class"),
        f"PG {group}" if group and group != "none" else "",
        stored.get("tunnel_code"),
    )
    return " · ".join(str(part) for part in parts if part)
