"""The blueprint of the storage pages, and the words they share."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint
from flask_babel import gettext as _
from markupsafe import Markup

from app.entry.language import rendered
from app.foundation.core.text import Text, say
from app.foundation.core.units import Grams, kg_text
from app.foundation.rulebook.assessment import RuleFinding
from app.foundation.rulebook.outcome import OutcomeKind
from app.waste.storage.checks import ZoneProposal
from app.waste.storage.models import Container
from app.web.filters import tonnes

bp = Blueprint("storage", __name__)

PACKAGE_WORDS: Final = {"桶": say("桶"), "袋": say("袋"), "槽罐": say("槽罐"), "其他": say("其他")}


def number_text(thousandths: int) -> str:
    """A quantity for a number field, without the zeros nobody typed: 18200 -> `18.2`."""
    whole, _dot, rest = kg_text(thousandths).partition(".")
    return f"{whole}.{rest.rstrip('0')}".removesuffix(".")


def key_of(text: str) -> UUID | str:
    """How a path names a container: its id, its 37-character code or its short code."""
    return uuid_or_none(text) or text


def uuid_or_none(text: str) -> UUID | None:
    """An id given in a form or query string, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def title_of(container: Container) -> str:
    """What people call a container: the firm's own label, else the short code under the QR."""
    return container.local_label or container.short_code


def litres(volume_ml: int | None) -> str | None:
    """`200 L`; a dash is the template's business."""
    if volume_ml is None:
        return None
    whole, rest = divmod(volume_ml, 1000)
    return f"{whole:,}" + (f".{rest:03d}".rstrip("0") if rest else "") + " L"


def package_text(container: Container) -> str:
    """`200 L 桶` as people say it."""
    word = rendered(PACKAGE_WORDS.get(container.package, Text(container.package)))
    return " ".join(filter(None, (litres(container.volume_ml), word)))


def sentences(findings: Iterable[RuleFinding]) -> str:
    """Findings one after the other, each with its clause."""
    told = [
        rendered(say("{sentence}（{source}）", sentence=found.text(), source=found.rule.short_source()))
        for found in findings
    ]
    return str(_("；").join(told))


def zone_rows(
    proposals: Iterable[ZoneProposal], inbound: Grams | None, *, overrides: bool = False
) -> list[dict[str, Any]]:
    """Zone proposals as radio rows: refused ones are shown with the reason beside them, disabled for all but
    those who may override."""
    rows = []
    tag: Markup | None
    for place, proposal in enumerate(proposals):
        zone = proposal.zone
        room = _("放后 %(after)s / %(limit)s t", after=_t(proposal.mass_after), limit=_t(zone.capacity))
        if inbound is None:
            room = _("现有 %(now)s / %(limit)s t", now=_t(proposal.mass), limit=_t(zone.capacity))
        if proposal.stops:
            note, tag = sentences(proposal.stops), _refused_tag(proposal)
        elif proposal.to_confirm:
            note = f"{room} · {sentences(proposal.to_confirm)}"
            tag = _tag("warn", _("需说明原因"))
        else:
            same = _("同类") if proposal.has_same_stream else _("相容")
            note, tag = f"{same} · {room}", _tag("ok", _("推荐")) if place == 0 else None
        rows.append(
            {
                "value": str(zone.id),
                "label": f"{zone.code} {zone.name} · {proposal.facility.name}",
                "note": note,
                "tag": tag,
                "disabled": bool(proposal.stops) and not overrides,
            }
        )
    return rows


def _t(mass: int) -> str:
    return tonnes(mass, 2, unit=False)


def _refused_tag(proposal: ZoneProposal) -> Markup:
    found = [finding.rule_id for finding in proposal.stops if finding.outcome is OutcomeKind.FINDING]
    if not found:
        return _tag("warn", _("资料不全"))
    return _tag("bad", _("不相容") if "GB18597-4.3-b" in found else _("不能放"))


def _tag(kind: str, words: str) -> Markup:
    return Markup('<span class="tag {}">{}</span>').format(kind, words)
