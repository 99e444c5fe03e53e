"""The pages that our QR codes open: what the label or manifest says, and whether its signature holds."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Blueprint, render_template, url_for

from app.entry.guard import public
from app.entry.work import caller, reading
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.documents.qr import (
    ConsignmentClaim,
    ContainerClaim,
    Verification,
    parse,
    verify,
)
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import all_keys
from app.oversight.inspection.revocations import RUNNING, is_replaced
from app.oversight.inspection.spans import span
from app.waste.consignments.documents import PACKAGE_WORDS
from app.waste.consignments.queries import Papers, public_papers
from app.waste.registry.models import FORM_WORDS, WasteKind
from app.waste.storage.models import FACILITY_TYPE_WORDS, ContainerState
from app.waste.storage.policy import may_see_facility
from app.waste.storage.public import PublicLabel, public_label
from app.waste.storage.signs import public_facility
from app.web.consignments.parts import grouped

bp = Blueprint("public", __name__)

MAX_LENGTH = 400


@dataclass(frozen=True)
class Headline:
    """The coloured block on top: ok, warn, bad or mute."""

    kind: str
    title: Text
    text: Text


FORGED = Headline("bad", say("二维码无效"), say("签名不符：内容被改动，或不是平台签发的。不要据此放行或接收"))
CANNOT_TELL = Headline(
    "warn", say("无法判断真伪"), say("签名所用的密钥不在平台名单里。请联系园区，或请产生单位重新打印标签")
)
PRINT_ANEW = Headline(
    "warn", say("无法判断真伪"), say("签名所用的密钥已撤销。请产生单位重新打印，再按下面的登记核对")
)
REPLACED = Headline("bad", say("联单已更正"), say("签名有效，但这一版已被更正后的联单取代，不得再用"))
OVER = Headline("mute", say("联单已结束"), say("签名有效，但这次转移已经结束，不能再次使用"))
NOT_FOUND = Headline("mute", say("查不到这个编号"), say("平台没有登记它。核对编号；来路不明的二维码不要再扫"))
NOT_OURS = Headline("mute", say("无法识别"), say("这不是平台的标签或联单地址。不要打开来路不明的链接"))


@bp.get("/<any('W', 'w'):kind>/<code>")
@bp.get("/<any('W', 'w'):kind>/<code>/<payload>")
@public
def container(kind: str, code: str, payload: str = "") -> tuple[str, int]:
    """What stands on a container's label, by the code in its QR."""
    claim = parse(_text(kind, code, payload))
    if not isinstance(claim, ContainerClaim):
        return _nothing(NOT_OURS)
    with reading() as work:
        verified = _verified(work, claim)
        label = public_label(work, claim.code)
    headline = _of_label(verified, claim, label)
    if label is None:
        return _nothing(headline if verified is not Verification.UNSIGNED else NOT_FOUND, claim.code)
    page = render_template(
        "public/container.html",
        headline=headline,
        label=label,
        claim=claim if claim.fields and verified is Verification.VALID else None,
        form_word=FORM_WORDS[label.form] if label.form else None,
        is_demo=label.is_demo,
        known=caller() is not None,
    )
    return page, 200


@bp.get("/<any('M', 'm'):kind>/<number>")
@bp.get("/<any('M', 'm'):kind>/<number>/<payload>")
@public
def consignment(kind: str, number: str, payload: str = "") -> tuple[str, int]:
    """What a manifest says, by the number in its QR."""
    claim = parse(_text(kind, number, payload))
    if not isinstance(claim, ConsignmentClaim):
        return _nothing(NOT_OURS)
    with reading() as work:
        verified = _verified(work, claim)
        papers = public_papers(work, claim.number)
        past = work.now - claim.fields.expires_at if claim.fields else timedelta()
        replaced = papers is not None and is_replaced(work, claim)
    headline = (
        REPLACED if replaced and verified is Verification.VALID else _of_manifest(verified, papers, past)
    )
    if papers is None:
        return _nothing(headline if verified is not Verification.UNSIGNED else NOT_FOUND, claim.number)
    page = render_template(
        "public/consignment.html",
        headline=headline,
        papers=papers,
        trip=papers.consignment,
        plate=printed_plate(papers.vehicle.plate) if papers.vehicle else None,
        national_number=grouped(papers.consignment.national_number),
        is_general=papers.consignment.kind is WasteKind.GENERAL,
        packages=PACKAGE_WORDS,
        claim=claim.fields if verified is Verification.VALID else None,
        is_demo=papers.is_demo,
        known=caller() is not None,
    )
    return page, 200


@bp.get("/<any('F', 'f'):kind>/<code>/<uuid:facility_id>")
@public
def facility(kind: str, code: str, facility_id: UUID) -> tuple[str, int]:
    """Code, name, kind and firm of a facility, by the QR on its sign; its keeper for who is signed in."""
    with reading() as work:
        facts = public_facility(work, code, facility_id)
        may_open = facts is not None and may_see_facility(work.actor, facts.facility)
    if facts is None:
        return _nothing(NOT_FOUND, code)
    page = render_template(
        "public/facility.html",
        facts=facts,
        kind=FACILITY_TYPE_WORDS[facts.facility.type],
        known=caller() is not None,
        open_url=url_for("storage.facility", facility_id=facts.id) if may_open and facts.is_in_use else None,
    )
    return page, 200


def _text(kind: str, code: str, payload: str) -> str:
    """The path again as a QR would say it; the host is not signed and any will do."""
    parts = [part for part in (kind, code, payload) if part]
    return f"https://here/{'/'.join(parts)}"[:MAX_LENGTH]


def _verified(work: Work, claim: ContainerClaim | ConsignmentClaim) -> Verification:
    if not claim.seal:
        return verify(claim, {})
    keys = all_keys(work, KeyPurpose.QR)
    public = {bytes.fromhex(k.key_id): Ed25519PublicKey.from_public_bytes(k.public_key) for k in keys}
    return verify(claim, public, {bytes.fromhex(k.key_id) for k in keys if k.revoked_at})


def _of_label(verified: Verification, claim: ContainerClaim, label: PublicLabel | None) -> Headline:
    if verified is Verification.FORGED:
        return FORGED
    if verified is Verification.UNKNOWN_KEY:
        return CANNOT_TELL
    if verified is Verification.REVOKED_KEY:
        return PRINT_ANEW
    if label is None:
        return NOT_FOUND
    if label.state is ContainerState.VOIDED:
        return Headline("bad", say("编码已作废"), say("这个编码不再使用。容器上还贴着它，请告知产生单位"))
    if verified is Verification.UNSIGNED:
        return Headline("mute", say("编号已登记"), say("手工输入的编号没有签名可验，请核对下面的内容与标签"))
    if claim.fields and claim.fields.grams != label.mass:
        return Headline(
            "warn", say("标签不是最新的"), say("签名有效，但平台现在的重量与标签不同，以下面的为准")
        )
    return Headline("ok", say("标签有效"), say("签名有效，与平台登记一致"))


def _of_manifest(verified: Verification, papers: Papers | None, past: timedelta) -> Headline:
    if verified is Verification.FORGED:
        return FORGED
    if verified is Verification.UNKNOWN_KEY:
        return CANNOT_TELL
    if verified is Verification.REVOKED_KEY:
        return PRINT_ANEW
    if papers is None:
        return NOT_FOUND
    if verified is Verification.UNSIGNED:
        return Headline("mute", say("联单已登记"), say("手工输入的编号没有签名可验，请核对下面的内容与联单"))
    if papers.consignment.state not in RUNNING:
        return OVER
    if past > timedelta():
        words = say("签名有效，但有效期已过 {span}；以平台状态为准", span=span(past))
        return Headline("warn", say("二维码已过有效期"), words)
    return Headline("ok", say("联单有效"), say("签名有效，由平台签发"))


def _nothing(headline: Headline, code: str = "") -> tuple[str, int]:
    values: dict[str, Any] = {"headline": headline, "code": code, "known": caller() is not None}
    return render_template("public/nothing.html", **values), 404
