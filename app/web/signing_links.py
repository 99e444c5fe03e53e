"""Signing by a one-time link, without an account: what is signed, a code to the phone on record, and the signature."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, ValidationError
from werkzeug.wrappers import Response

from app.entry.guard import public
from app.entry.language import rendered
from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, DomainError, InvalidInput, NotFound
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.parties.accounts.confirming.links import LinkEnded, check_link_code, send_link_code
from app.parties.accounts.confirming.tries import WrongSecondFactor
from app.waste.consignments.models import AcceptanceCheck
from app.waste.consignments.operations.link_signing import sign_by_link
from app.waste.consignments.queries.links import LinkPapers, link_actor, papers_of_link
from app.waste.consignments.schemas import SignerSchema
from app.waste.consignments.signing import document_hash
from app.waste.consignments.workflow import PARTY_WORDS, Party
from app.web.consignments.parts import grouped, line_rows, overview
from app.web.forms import FormState

bp = Blueprint("signing", __name__)

CHECK_WORDS = {
    AcceptanceCheck.KIND: say("种类相符"),
    AcceptanceCheck.MASS: say("重量（数量）相符"),
    AcceptanceCheck.PACKAGING: say("包装完好"),
    AcceptanceCheck.LABEL: say("标签相符"),
}


@bp.get("/s/<token>")
@public
def open_page(token: str) -> str | tuple[str, int]:
    """What the link asks to sign."""
    return _page(token, FormState())


@bp.post("/s/<token>/code")
@public
def send(token: str) -> Response | tuple[str, int] | str:
    """Send the code to the phone on record."""
    try:
        send_link_code(house().database, house().keyring, house().codes, token)
    except (NotFound, LinkEnded, Conflict, WrongSecondFactor) as refused:
        return _page(token, FormState(), refused.text, 409)
    flash(rendered(say("验证码已发送，10 分钟内有效")))
    return redirect(url_for("signing.open_page", token=token), 303)


@bp.post("/s/<token>")
@public
def sign(token: str) -> Response | tuple[str, int] | str:
    """Sign with the code."""
    form = FormState(request.form)
    try:
        signature = SignerSchema(unknown=EXCLUDE).load(request.form.to_dict())
    except ValidationError:
        return _page(token, form, say("验证码是 6 位数字；手写签名无法识别时请清除重写"), 422)
    try:
        with reading() as work:
            shown = papers_of_link(work, house().keyring, token)
        confirmed = None
        if shown.link.needs_code:
            confirmed = check_link_code(house().database, house().keyring, token, signature["factor_code"])
        checks = frozenset(
            AcceptanceCheck(name) for name in request.form.getlist("checks") if name in set(AcceptanceCheck)
        )
        with unit_of_work(link_actor(shown, signature["drawing"], confirmed)) as work:
            consignment = sign_by_link(work, token, confirmed, checks=checks)
    except InvalidInput as refused:
        return _page(token, FormState(request.form, refused.problems), None, 422)
    except DomainError as refused:
        return _page(token, form, refused.text, 409)
    return render_template(
        "signing/done.html", number=consignment.number, name=shown.name, party=PARTY_WORDS[shown.party]
    )


def _page(
    token: str, form: FormState, refusal: Text | None = None, status: int = 200
) -> str | tuple[str, int]:
    try:
        with reading() as work:
            shown = papers_of_link(work, house().keyring, token)
            page = render_template(
                "signing/sign.html", **_told(work, shown, token), form=form, refusal=refusal
            )
    except (NotFound, LinkEnded) as refused:
        code = 404 if isinstance(refused, NotFound) else 410
        return render_template("signing/ended.html", text=refused.text), code
    return page if status == 200 else (page, status)


def _told(_work: Work, shown: LinkPapers, token: str) -> dict[str, Any]:
    papers = shown.papers
    code = document_hash(papers)
    return {
        "token": token,
        "name": shown.name,
        "phone": shown.phone,
        "needs_code": shown.link.needs_code,
        "expires_at": shown.link.expires_at,
        "is_changed": code != shown.link.document_hash,
        "party": PARTY_WORDS[shown.party],
        "is_receipt": shown.party is Party.CONSIGNEE,
        "checks": [(check.value, words) for check, words in CHECK_WORDS.items()],
        "number": papers.consignment.number,
        "national_number": grouped(papers.consignment.national_number),
        "c": overview(papers),
        "lines": line_rows(papers),
        "papers": papers,
        "code": f"{code[:4]}…{code[-4:]}",
    }
