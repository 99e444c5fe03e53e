"""What the phone's registration page knows from the start: wastes, kinds of package, scales, addresses and words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.entry.language import rendered
from app.entry.work import caller, reading
from app.foundation.catalogue.queries import catalogue_of, find_waste
from app.foundation.catalogue.snapshot import Catalogue
from app.foundation.core.clock import instant_text
from app.foundation.core.clock import local_day as local_day_of
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import WasteStream
from app.waste.registry.operations.streams import stream_for
from app.waste.registry.policy import ensure_may
from app.waste.storage.checks import ZoneProposal, proposals_for_stream
from app.waste.storage.models import Container, PackageType
from app.waste.storage.package_types import package_types_of
from app.waste.storage.queries import StreamUse
from app.waste.storage.weighing.limits import limits
from app.waste.storage.weighing.models import Scale
from app.waste.storage.weighing.queries import is_calibrated, scales_of
from app.web.filters import days_until, local_day, local_time, tonnes
from app.web.storage.blueprint import PACKAGE_WORDS, bp, litres, number_text, sentences, uuid_or_none

USUAL_DRUM_ML: Final = 200_000


@dataclass(frozen=True)
class Kind:
    """A package that can be chosen at a tap: a kind of the firm's, or one used before."""

    key: str
    name: str
    note: str
    package_type_id: str | None
    package: str
    volume_l: str
    tare_kg: str


def kinds_of(types: Iterable[PackageType], uses: Sequence[StreamUse]) -> dict[str, Kind]:
    """Every package to choose from, by key: the firm's own kinds first, then what its wastes were last packed in."""
    found = {str(kind.id): _of_type(kind) for kind in types}
    for use in uses:
        if use.last is not None and _type_key(use.last, found) is None:
            known = _of_container(use.last)
            found.setdefault(known.key, known)
    if not found:
        usual = _plain("桶", USUAL_DRUM_ML, None)
        found[usual.key] = usual
    return found


def kind_key(use: StreamUse, kinds: dict[str, Kind]) -> str:
    """The key of the package proposed for a waste: that of last time."""
    if use.last is None:
        return next(iter(kinds))
    return _type_key(use.last, kinds) or _of_container(use.last).key


def _type_key(last: Container, kinds: dict[str, Kind]) -> str | None:
    """The firm's kind of package it was in, or one of the same package and volume."""
    key = str(last.package_type_id)
    if key in kinds:
        return key
    alike = (last.package, number_text(last.volume_ml or 0))
    own = (kind for kind in kinds.values() if kind.package_type_id)
    return next((kind.key for kind in own if (kind.package, kind.volume_l) == alike), None)


def _of_type(kind: PackageType) -> Kind:
    closed = _("闭口") if kind.is_closed else _("开口")
    return Kind(
        key=str(kind.id),
        name=kind.name,
        note=closed,
        package_type_id=str(kind.id),
        package=kind.package,
        volume_l=number_text(kind.volume_ml),
        tare_kg=number_text(kind.tare),
    )


def _of_container(last: Container) -> Kind:
    return _plain(last.package, last.volume_ml or USUAL_DRUM_ML, last.tare)


def _plain(package: str, volume_ml: int, tare: Grams | None) -> Kind:
    word = rendered(PACKAGE_WORDS[package]) if package in PACKAGE_WORDS else package
    return Kind(
        key=f"{package}/{volume_ml}/{tare if tare is not None else ''}",
        name=f"{litres(volume_ml)} {word}",
        note=_("皮重 %(kg)s kg", kg=number_text(tare)) if tare is not None else _("皮重未知"),
        package_type_id=None,
        package=package,
        volume_l=number_text(volume_ml),
        tare_kg=number_text(tare) if tare is not None else "",
    )


def wizard_of(work: Work, uses: Sequence[StreamUse]) -> dict[str, Any]:
    """What the page is rendered with: the wastes in order, and the data its script starts from."""
    own = work.actor.organisation_id
    kinds = kinds_of(package_types_of(work, own) if own else (), uses)
    scales, catalogue = scales_of(work), catalogue_of(work)
    known = caller()
    return {
        "wastes": [_waste(use, kinds, catalogue, work.today) for use in uses],
        "kinds": list(kinds.values()),
        "scales": scales,
        "config": {
            "user": str(work.actor.user_id),
            "operator": known.user_name if known else "",
            "now": instant_text(work.now),
            "zone": work.actor.zone,
            "wastes": {str(use.stream.id): _waste_data(use, kinds) for use in uses},
            "kinds": {kind.key: vars(kind) for kind in kinds.values()},
            "scales": [_scale(work, scale) for scale in scales],
            "freshSeconds": int(limits().fresh.total_seconds()),
            "undoSeconds": int(limits().undo.total_seconds()),
            "urls": _urls(),
            "texts": _texts(),
        },
    }


def _waste(use: StreamUse, kinds: dict[str, Kind], catalogue: Catalogue, today: date) -> dict[str, Any]:
    """A waste as the first step lists it. It is found by name, code, category and pinyin initials."""
    stream, entry = use.stream, find_waste(catalogue, use.stream.waste_code, today)
    said = (
        stream.local_name,
        stream.waste_name,
        stream.waste_code,
        stream.waste_code.replace("-", ""),
        stream.category,
        entry.initials if entry else "",
        entry.category.initials if entry else "",
    )
    name = kinds[kind_key(use, kinds)].name
    return {
        "id": str(stream.id),
        "name": stream.local_name or stream.waste_name,
        "code": stream.waste_code,
        "search": " ".join(said).lower(),
        "last": _("上次 %(when)s，%(package)s", when=_when(use.last.created_at), package=name)
        if use.last
        else _("还没有登记过"),
    }


def _when(instant: datetime) -> str:
    """今天 13:20, 昨天 13:20, then the day alone."""
    is_recent = days_until(local_day_of(instant)) >= -1
    return local_time(instant) if is_recent else local_day(instant)


def _waste_data(use: StreamUse, kinds: dict[str, Kind]) -> dict[str, Any]:
    stream, last = use.stream, use.last
    return {
        "name": stream.local_name or stream.waste_name,
        "code": stream.waste_code,
        "site": str(stream.site_id),
        "kind": kind_key(use, kinds),
        "source": last.source_facility if last else "",
        "destination": last.destination if last else "",
        "form": url_for("storage.register", stream=stream.id),
        "gaps": label_gaps(stream),
        "complete": url_for("storage.stream", stream_id=stream.id, next=url_for("storage.register")),
    }


def label_gaps(stream: WasteStream) -> int:
    """How many texts of the waste its label still lacks."""
    texts = (stream.main_components, stream.harmful_components, stream.precautions, stream.form)
    return sum(not text for text in texts)


def _scale(work: Work, scale: Scale) -> dict[str, Any]:
    return {
        "id": str(scale.id),
        "site": str(scale.site_id),
        "name": scale.name,
        "latest": f"/api/v1/scales/{scale.id}/readings/latest",
        "calibrated": is_calibrated(scale.calibrated_to, work.now, work.actor.zone),
        "calibratedTo": local_day(scale.calibrated_to) if scale.calibrated_to else None,
    }


def _urls() -> dict[str, str]:
    return {
        "send": "/api/v1/registrations",
        "zones": url_for("storage.zone_cards"),
        "container": url_for("storage.container", code="CODE"),
        "picture": url_for("storage.label_image", code="CODE"),
        "signIn": url_for("auth.sign_in", next=url_for("storage.register")),
        "worker": url_for("scan.worker"),
    }


def _texts() -> dict[str, str]:
    """Every sentence the script may say; `{name}` stands for a value."""
    return {
        "title": _("登记一桶"),
        "online": _("在线"),
        "offline": _("离线"),
        "gaps": _("标签还缺 {count} 项文字，补全后才能打印"),
        **_weighing_texts(),
        **_photo_texts(),
        **_choice_texts(),
        **_sending_texts(),
        **_done_texts(),
    }


def _weighing_texts() -> dict[str, str]:
    """The scale, and weights written by hand."""
    return {
        "scale_off": _("秤未连接"),
        "stable": _("读数稳定"),
        "moving": _("读数未稳定"),
        "waiting": _("等待读数"),
        "calibrated": _("毛重 · 检定有效至 {day}"),
        "expired": _("毛重 · 检定已于 {day} 到期"),
        "uncalibrated": _("毛重 · 未登记检定日期"),
        "take": _("取数 {mass} kg"),
        "take_wait": _("等待读数稳定"),
        "no_reading": _("收不到 {scale} 的读数"),
        "by_choice": _("手工填写重量"),
        "no_scale": _("这里没有联网的秤"),
        "tare_of": _("皮重取自 {kind}，点数字可改"),
        "need_tare": _("填皮重，如 18.2"),
        "need_gross": _("填毛重，如 204.7"),
        "too_light": _("毛重要大于皮重 {tare} kg"),
        "weighed_by": _("{scale} · 检定有效"),
        "weighed_by_expired": _("{scale} · 检定已过期，读数已标记"),
        "weighed_by_unknown": _("{scale} · 未登记检定日期"),
        "weighed_by_hand": _("手工填写，照片为凭"),
    }


def _photo_texts() -> dict[str, str]:
    """The photo."""
    return {
        "photo_of_drum": _("拍到整个桶、封口和防渗托盘"),
        "photo_of_scale": _("拍到秤的读数和整个桶"),
        "photo_bad": _("这不是可读取的照片，再拍一张"),
        "photo_kept": _("照片已存"),
        "no_photo": _("没有拍照"),
        "retake": _("重拍"),
        "take_photo": _("拍照"),
    }


def _choice_texts() -> dict[str, str]:
    """The waste and the zone: chosen, searched or scanned."""
    return {
        "store": _("存入 {zone} 并打印标签"),
        "choose_zone": _("选一个分区"),
        "zones_offline": _("没有网络：联网后显示可以放的分区，填好的内容已保存"),
        "scan_waste": _("扫同一种废物的标签"),
        "scan_waste_hint": _("对准任一桶同种废物的二维码"),
        "scan_zone": _("扫分区牌"),
        "scan_zone_hint": _("对准分区牌上的二维码"),
        "scan_none": _("照片里没有找到二维码，靠近一些再拍"),
        "scan_no_camera": _("打不开相机：可以拍照识别"),
        "other_kind": _("换一种"),
        "kinds": _("共 {count} 种"),
        "zone_unknown": _("这不是这里的分区牌"),
        "zone_refused": _("{zone} 不能放：看下面的原因"),
        "waste_unknown": _("没有扫到你单位的废物；可以搜索"),
        "need_reason": _("写明为什么仍放这里"),
    }


def _sending_texts() -> dict[str, str]:
    """While the drum is sent, and what comes between."""
    return {
        "sending": _("正在保存"),
        "saved_here": _("没有网络：草稿已保存，联网后自动发送，不会重复登记"),
        "trying": _("平台没有应答，正在重试，不会重复登记"),
        "signed_out": _("登录已失效：登录后接着登记，草稿还在"),
        "page_old": _("页面已过期：刷新后接着登记，草稿还在"),
        "refused": _("没有保存"),
    }


def _done_texts() -> dict[str, str]:
    """When it is registered."""
    return {
        "done_in": _("台账、容器、标签、入库一次记好 · 用时 {seconds} 秒"),
        "done": _("台账、容器、标签、入库一次记好"),
        "label": _("{side} × {side} mm，第 {number} 次打印"),
        "label_alt": _("危险废物标签：{name}，{mass} kg，短码 {code}"),
        "undo": _("撤销 {seconds} 秒"),
        "undone": _("已撤销：编码 {code} 作废，台账与入库已冲回"),
        "not_undone": _("没有撤销：{why}"),
    }


@bp.get("/register/zone-cards")
def zone_cards() -> str:
    """The zones for a package of a mass, as cards: the best is chosen, refused ones say why."""
    with reading() as work:
        ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
        stream_id = uuid_or_none(request.args.get("stream_id", ""))
        stream = stream_for(work, stream_id) if stream_id else None
        net = request.args.get("net_g", "")
        mass = Grams(int(net)) if net.isascii() and net.isdigit() and len(net) < 12 else None
        proposals = proposals_for_stream(work, stream, mass) if stream else ()
    return render_template("storage/zone_cards.html", cards=zone_cards_of(proposals), has_any=bool(proposals))


def zone_cards_of(proposals: Sequence[ZoneProposal]) -> dict[str, list[dict[str, Any]]]:
    """Zones that may be chosen and zones that may not."""
    is_many = len({proposal.facility.id for proposal in proposals}) > 1
    open_to = [_card(proposal, is_many, first=place == 0) for place, proposal in enumerate(proposals)]
    return {
        "open": [card for card in open_to if not card["stops"]],
        "refused": [card for card in open_to if card["stops"]],
    }


def _card(proposal: ZoneProposal, is_many: bool, *, first: bool) -> dict[str, Any]:
    zone = proposal.zone
    kind = _("同类") if proposal.has_same_stream else _("相容")
    room = _(
        "放后 %(after)s / %(limit)s t",
        after=tonnes(proposal.mass_after, 1, unit=False),
        limit=tonnes(zone.capacity, 1, unit=False),
    )
    return {
        "id": str(zone.id),
        "code": zone.code,
        "name": f"{zone.code} {zone.name}",
        "place": proposal.facility.name if is_many else "",
        "facility": proposal.facility.name,
        "note": room if proposal.to_confirm else f"{kind} · {room}",
        "is_first": first and proposal.is_recommended,
        "to_confirm": ",".join(finding.rule_id for finding in proposal.to_confirm),
        "reason": sentences(proposal.to_confirm),
        "stops": sentences(proposal.stops),
        "is_clash": any(finding.rule_id == "GB18597-4.3-b" for finding in proposal.stops),
    }
