"""Setting up and removing PIN and authenticator."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import InvalidInput
from app.parties.accounts.confirming.enrolling import (
    confirm_totp,
    offer_totp,
    open_offer,
    remove_factor,
    set_pin,
)
from app.parties.accounts.confirming.models import FactorKind
from app.web.account.blueprint import bp, ensure_password
from app.web.account.overview import page
from app.web.forms import FormState
from app.web.qr_svg import drawn


@bp.post("/account/pin")
def pin() -> Response | tuple[str, int]:
    """Set, change or remove the PIN."""
    form, is_removal = request.form, request.form.get("then") == "remove"
    try:
        ensure_password("pin_password")
        with unit_of_work() as work:
            if is_removal:
                remove_factor(work, FactorKind.PIN)
            else:
                set_pin(work, house().keyring, form.get("pin", "").strip(), form.get("pin_again", "").strip())
    except InvalidInput as refused:
        return page(refused.problems), 422
    flash(_("签名 PIN 已移除") if is_removal else _("签名 PIN 已设置"))
    return redirect(url_for("account.show"), 303)


@bp.post("/account/totp")
def begin_totp() -> Response | tuple[str, int]:
    """Begin with an authenticator app, or remove it."""
    is_removal = request.form.get("then") == "remove"
    try:
        ensure_password("totp_password")
        with unit_of_work() as work:
            if is_removal:
                remove_factor(work, FactorKind.TOTP)
            else:
                offer_totp(work, house().keyring)
    except InvalidInput as refused:
        return page(refused.problems), 422
    if is_removal:
        flash(_("动态码已移除"))
        return redirect(url_for("account.show"), 303)
    return redirect(url_for("account.totp"), 303)


@bp.get("/account/totp")
def totp() -> Response | str:
    """The QR for an authenticator app, and the field for its first code."""
    return _totp_page(FormState()) or redirect(url_for("account.show"), 303)


@bp.post("/account/totp/code")
def finish_totp() -> Response | tuple[str | Response, int]:
    """Finish with the first code."""
    try:
        with unit_of_work() as work:
            confirm_totp(work, house().keyring, request.form.get("code", ""))
    except InvalidInput as refused:
        return _totp_page(FormState({}, refused.problems)) or redirect(url_for("account.show"), 303), 422
    flash(_("动态码已绑定；下次登录时会要求输入"))
    return redirect(url_for("account.show"), 303)


def _totp_page(form: FormState) -> str | None:
    with reading() as work:
        offer = open_offer(work, house().keyring)
    if offer is None:
        return None
    grouped = " ".join(offer.secret[at : at + 4] for at in range(0, len(offer.secret), 4))
    return render_template("account/totp.html", form=form, secret=grouped, qr=drawn(offer.uri))
