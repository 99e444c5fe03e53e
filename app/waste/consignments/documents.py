"""What leaves the platform with the load: the signed QR text and the content of the printed manifest."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.clock import DEFAULT_ZONE, instant_at, local_day
from app.foundation.core.text import Text, say
from app.foundation.core.units import tonnes_text
from app.foundation.core.work import Work
from app.foundation.documents import manifest_content as form
from app.foundation.documents.qr import Signer, consignment_url, parse
from app.foundation.documents.qr_revocation import print_name
from app.foundation.trace.canonical import canonical_text, plain
from app.foundation.trace.checkpoints import latest_checkpoint
from app.parties.accounts.models import User
from app.waste.consignments.facts.parts import hazardous_lines
from app.waste.consignments.goods import PackingGroup
from app.waste.consignments.models import ConsignmentLine, DiscrepancyKind, Opinion, Signature
from app.waste.consignments.queries.papers import PUBLIC_STATES, Papers
from app.waste.consignments.signing import document_hash, manifest_facts
from app.waste.consignments.workflow import STATE_WORDS, ConsignmentState, Party
from app.waste.registry.methods import method_text
from app.waste.registry.models import WasteKind

MAX_CODES_IN_QR = 3
Render = Callable[[Text], str]
"""A room's text in the language of the print."""

PACKAGE_WORDS: Mapping[str, Text] = {
    "散装": say("散装"),
    "桶": say("桶"),
    "袋": say("袋"),
    "槽罐": say("槽罐"),
    "其他": say("其他"),
}
_OPINIONS = {
    Opinion.ACCEPT: form.Opinion.ACCEPTED,
    Opinion.PARTIAL: form.Opinion.PARTLY,
    Opinion.REJECT: form.Opinion.REJECTED,
}


def valid_until(papers: Papers) -> datetime | None:
    """When the code and the sheet end: the end of the planned day, or of the day after a later departure."""
    consignment = papers.consignment
    zone = papers.park.zone if papers.park else DEFAULT_ZONE
    days = [day for day in (consignment.due_on,) if day]
    if consignment.departed_at:
        days.append(local_day(consignment.departed_at, zone))
    elif consignment.loading_at:
        days.append(local_day(consignment.loading_at, zone))
    return instant_at(max(days) + timedelta(days=1), 0, zone=zone) if days else None


def consignment_qr(papers: Papers, public_url: str, signer: Signer) -> str | None:
    """The signed QR text that travels with the load; None before loading and once withdrawn.

    The same papers give the same text, whenever it is asked for.
    """
    consignment, until = papers.consignment, valid_until(papers)
    if consignment.state not in PUBLIC_STATES or consignment.loading_at is None or until is None:
        return None
    if papers.consignee is None or papers.vehicle is None:
        return None
    if consignment.kind is WasteKind.GENERAL and consignment.consignor_signed_at is None:
        return None  # until then the load is weighed again where it was wrong
    return consignment_url(
        public_url,
        consignment.number,
        issued_at=consignment.loading_at,
        expires_at=until,
        consignee_credit_code=papers.consignee.credit_code,
        plate=papers.vehicle.plate,
        waste_codes=largest_codes(papers),
        grams=consignment.sent_mass,
        digest16=lines_digest(papers),
        signer=signer,
    )


def print_of(papers: Papers, signer: Signer) -> str | None:
    """The name of the print whose code says what the papers say now; None while there is no code."""
    text = consignment_qr(papers, "https://print.invalid", signer)
    return print_name(parse(text)) if text else None


def largest_codes(papers: Papers) -> list[str]:
    """At most three waste codes, those of the largest masses first."""
    masses: Counter[str] = Counter()
    for line in papers.lines:
        masses[line.waste_code] += line.sent_mass
    ranked = sorted(masses, key=lambda code: (-masses[code], code))
    return ranked[:MAX_CODES_IN_QR]


def lines_digest(papers: Papers) -> bytes:
    """First 16 bytes of the SHA-256 of lines and containers as sent: the list a code vouches for."""
    facts = manifest_facts(papers)
    sent = [{key: item[key] for key in ("code", "line", "sent_mass")} for item in facts["containers"]]
    text = canonical_text(plain({"lines": facts["lines"], "containers": sent}))
    return hashlib.sha256(text.encode()).digest()[:16]


def manifest_of(
    work: Work, papers: Papers, *, public_url: str, signer: Signer, render: Render
) -> form.ManifestContent:
    """The printed manifest of papers as they stand now; one statement for the people it names."""
    people = people_of(work, papers)
    consignment = papers.consignment
    head = head_of(work, papers, people, public_url=public_url, signer=signer, render=render)
    return form.ManifestContent(
        head=head,
        consignor=_consignor(papers, people, render),
        carrier=_carrier(papers),
        consignee=_consignee(papers, people, render),
        signatures=[signature_of(signature) for signature in papers.signatures],
        watermark=watermark_of(consignment.state),
        is_demo=papers.is_demo,
        time_zone=papers.park.zone if papers.park else DEFAULT_ZONE,
        checkpoint=checkpoint_of(work, papers),
        goods=_goods(papers),
    )


def head_of(
    work: Work,
    papers: Papers,
    people: Mapping[UUID, User],
    *,
    public_url: str,
    signer: Signer,
    render: Render,
) -> form.ManifestHead:
    """Numbers, state, code and proof of a sheet printed now; no statement."""
    consignment = papers.consignment
    printer = people.get(work.actor.user_id) if work.actor.user_id else None
    url = consignment_qr(papers, public_url, signer) or f"{public_url.rstrip('/')}/M/{consignment.number}"
    return form.ManifestHead(
        own_number=consignment.number,
        national_number=consignment.national_number,
        state=render(STATE_WORDS[consignment.state]),
        printed_at=work.now,
        printed_by=printer.name if printer else "",
        print_number=None,
        valid_until=valid_until(papers),
        contract=None,
        qr_text=url,
        short_code=consignment.short_code,
        key_id=signer.key_id.hex(),
        snapshot_hash=document_hash(papers),
    )


def _goods(papers: Papers) -> form.GoodsList | None:
    """The consignor's list of dangerous goods: of hazardous waste, once anything of it is written."""
    lines = hazardous_lines(papers)
    c, vehicle = papers.consignment, papers.vehicle
    if not c.waybill_number and not any(line.goods for line in lines):
        return None
    shipper = papers.consignee if c.shipper is Party.CONSIGNEE else papers.consignor
    return form.GoodsList(
        lines=[_goods_line(line) for line in lines],
        waybill_number=c.waybill_number,
        shipper=shipper.name if shipper else "",
        phone=papers.consignor.emergency_phone,
        vehicle_permit=vehicle.permit_number if vehicle else "",
        approved_load=f"{tonnes_text(vehicle.approved_load)} t" if vehicle else "",
        driver_certificate=papers.driver.certificate if papers.driver else "",
        escort_certificate=papers.escort.certificate if papers.escort else "",
    )


def _goods_line(line: ConsignmentLine) -> form.GoodsLine:
    goods = line.goods
    if goods is None:
        return form.GoodsLine(line.line_number)
    subsidiary = f" ({', '.join(goods.subsidiary_hazards)})" if goods.subsidiary_hazards else ""
    tunnel = f" ({goods.tunnel_code})" if goods.tunnel_code else ""
    return form.GoodsLine(
        line.line_number,
        goods.un_number,
        goods.shipping_name,
        f"{goods.goods_class.value}{subsidiary}{tunnel}",
        "—" if goods.packing_group is PackingGroup.NONE else goods.packing_group.value,
    )


def checkpoint_of(work: Work, papers: Papers) -> form.Checkpoint | None:
    """The newest checkpoint of the log that the consignment's events are in."""
    point = latest_checkpoint(work, papers.consignment.park_id)
    return form.Checkpoint(point.origin, point.size, point.root_hash, point.created_at) if point else None


def people_of(work: Work, papers: Papers) -> dict[UUID, User]:
    """Who signed and who prints; one statement."""
    ids = {signature.user_id for signature in papers.signatures} | {work.actor.user_id}
    return {user.id: user for user in work.session.scalars(select(User).where(User.id.in_(ids)))}


def _signer_of(papers: Papers, people: Mapping[UUID, User], party: Party) -> User | None:
    signature = papers.signature_of(party)
    return people.get(signature.user_id) if signature and signature.user_id else None


def _consignor(papers: Papers, people: Mapping[UUID, User], render: Render) -> form.ConsignorPart:
    operator = _signer_of(papers, people, Party.CONSIGNOR)
    codes: dict[UUID, list[str]] = {}
    for item in papers.items:
        codes.setdefault(item.line.id, []).append(item.container.local_label or item.container.code)
    return form.ConsignorPart(
        name=papers.consignor.name,
        credit_code=papers.consignor.credit_code,
        address=papers.consignor_site.address,
        emergency_phone=papers.consignor.emergency_phone,
        operator=operator.name if operator else None,
        operator_phone=operator.phone if operator else None,
        delivered_at=papers.consignment.consignor_signed_at,
        emergency_measures=papers.consignment.emergency_measures,
        lines=[_waste_line(line, codes.get(line.id, []), render) for line in papers.lines],
    )


def _waste_line(line: ConsignmentLine, codes: list[str], render: Render) -> form.WasteLine:
    return form.WasteLine(
        number=line.line_number,
        waste_name=line.waste_name,
        waste_code=line.waste_code,
        hazards=line.hazards,
        form=line.form.value if line.form else "",
        harmful_components=line.harmful_components,
        pack_kind=render(PACKAGE_WORDS.get(line.package, Text(line.package))),
        pack_count=line.container_count,
        sent_grams=line.sent_mass,
        container_codes=codes,
    )


def _carrier(papers: Papers) -> form.CarrierPart:
    carrier, driver, escort, vehicle = papers.carrier, papers.driver, papers.escort, papers.vehicle
    if carrier is None:
        return form.CarrierPart()
    return form.CarrierPart(
        name=carrier.name,
        address=carrier.address,
        phone=carrier.phone,
        permit_number=papers.permit.number if papers.permit else None,
        driver=driver.name if driver else None,
        driver_phone=driver.phone if driver else None,
        escort=escort.name if escort else None,
        escort_phone=escort.phone if escort else None,
        vehicle=vehicle.kind if vehicle else None,
        plate=printed_plate(vehicle.plate) if vehicle else None,
        start=papers.consignor_site.address,
        departed_at=papers.consignment.departed_at,
        via=papers.consignment.via,
        end=papers.consignee_site.address if papers.consignee_site else None,
        arrived_at=papers.consignment.arrived_at,
    )


def _consignee(papers: Papers, people: Mapping[UUID, User], render: Render) -> form.ConsigneePart:
    consignment = papers.consignment
    operator = _signer_of(papers, people, Party.CONSIGNEE)
    is_judged = consignment.opinion is not None
    is_accepted = consignment.opinion in (Opinion.ACCEPT, Opinion.PARTIAL)
    return form.ConsigneePart(
        name=papers.consignee.name if papers.consignee else None,
        licence_number=papers.licence.number if papers.licence else None,
        address=papers.consignee_site.address if papers.consignee_site else None,
        operator=operator.name if operator else None,
        operator_phone=operator.phone if operator else None,
        accepted_at=consignment.closed_at if is_accepted else None,
        lines=[_receipt_line(papers, line, is_judged, is_accepted, render) for line in papers.lines],
    )


def _receipt_line(
    papers: Papers, line: ConsignmentLine, is_judged: bool, is_accepted: bool, render: Render
) -> form.ReceiptLine:
    """What the consignee says of one line; where it says nothing of its own, what it says of the whole."""
    consignment = papers.consignment
    opinion, method = line.opinion or consignment.opinion, line.method_code or consignment.planned_method
    reported = consignment.discrepancy if line.opinion is None else line.discrepancy
    return form.ReceiptLine(
        number=line.line_number,
        discrepancy=_difference(reported, is_judged),
        opinion=_OPINIONS[opinion] if opinion else None,
        planned_method=render(method_text(method)) if method else None,
        accepted_grams=line.received_mass if is_accepted else None,
    )


def _difference(kind: DiscrepancyKind, is_judged: bool) -> form.Discrepancy | None:
    if kind is DiscrepancyKind.NONE and not is_judged:
        return None
    return form.Discrepancy(kind.value)


def signature_of(signature: Signature) -> form.Signature:
    """As it is printed: name, time, a readable part of the hash, the drawing."""
    short = f"{signature.document_hash[:4]}…{signature.document_hash[-4:]}"
    return form.Signature(
        form.Party(signature.party.value), signature.name, signature.signed_at, short, signature.drawing
    )


def watermark_of(state: ConsignmentState) -> form.Watermark | None:
    """Drafts and withdrawn ones are marked."""
    match state:
        case ConsignmentState.DRAFT:
            return form.Watermark.DRAFT
        case ConsignmentState.CANCELLED:
            return form.Watermark.VOID
        case _:
            return None
