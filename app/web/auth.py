"""Signing in and out, and the language."""

from datetime import timedelta
from typing import Final
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.demo.accounts import sign_in_list
from app.entry.guard import public
from app.entry.language import LOCALES
from app.entry.work import caller, house, reading, unit_of_work
from app.foundation.core.clock import utc_now
from app.foundation.core.errors import FieldProblem, NotPermitted
from app.foundation.core.text import Text
from app.parties.accounts.confirming.checking import SecondFactor, confirm_person
from app.parties.accounts.confirming.models import FactorKind
from app.parties.accounts.queries import demo_park
from app.parties.accounts.signing_in import check_password, open_session, roles_of, set_locale
from app.parties.accounts.signing_in import sign_in as begin_session
from app.parties.accounts.signing_in import sign_out as end_session
from app.web.forms import FormState

bp = Blueprint("auth", __name__)

CODE_WAITS: Final = 300
"""Seconds between the right password and the authenticator's code."""


@bp.get("/sign-in")
@public
def sign_in() -> Response | str:
    """The sign-in card; who is signed in already goes on."""
    if caller() is not None:
        return redirect(_next(request.args.get("next")))
    return _page(FormState({"next": request.args.get("next", "")}))


@bp.post("/sign-in")
@public
def sign_in_now() -> Response | tuple[str, int]:
    """Check account and password, and open a session."""
    form = request.form
    account, lifetime = form.get("account", ""), timedelta(hours=house().config.session_hours)
    with reading() as work:
        user_id = check_password(work, account, form.get("password", ""))
    with unit_of_work() as work:
        result = begin_session(work, account, user_id, lifetime)
    kept = {"account": account, "next": form.get("next", "")}
    if result.waits_for_code:
        session["sign_in"] = {
            "user": str(user_id),
            "until": _seconds() + CODE_WAITS,
            "next": form.get("next", ""),
        }
        return redirect(url_for("auth.code"), 303)
    if result.token is None:
        return _page(FormState(kept, [FieldProblem("#/password", result.refusal or Text(""))])), 422
    return _go_in(result.token, user_id, form.get("next"))


@bp.get("/sign-in/code")
@public
def code() -> Response | str:
    """The second step of who has an authenticator."""
    if _waiting() is None:
        return redirect(url_for("auth.sign_in"))
    return render_template("auth/code.html", form=FormState())


@bp.post("/sign-in/code")
@public
def code_now() -> Response | tuple[str, int]:
    """Check the authenticator's code, and open the session."""
    user_id = _waiting()
    if user_id is None:
        return redirect(url_for("auth.sign_in"), 303)
    given = SecondFactor("".join(request.form.get("code", "").split()), FactorKind.TOTP)
    try:
        confirm_person(house().database, house().keyring, user_id, given)
    except NotPermitted as refused:
        return render_template(
            "auth/code.html", form=FormState({}, [FieldProblem("#/code", refused.text)])
        ), 422
    with unit_of_work() as work:
        result = open_session(work, user_id, timedelta(hours=house().config.session_hours))
    if result.token is None:
        return _page(FormState({}, [FieldProblem("#/password", result.refusal or Text(""))])), 422
    return _go_in(result.token, user_id, session["sign_in"]["next"])


def _waiting() -> UUID | None:
    """Who gave the right password in this browser less than five minutes ago and has no session yet."""
    held = session.get("sign_in")
    if not isinstance(held, dict) or held["until"] < _seconds():
        return None
    return UUID(held["user"])


def _seconds() -> int:
    return int(utc_now().timestamp())


def _go_in(token: str, user_id: UUID | None, wanted: str | None) -> Response:
    """Into the house with a fresh cookie; who has several roles chooses one first."""
    locale = session.get("locale")
    session.clear()
    session["_user_id"] = token
    if locale:
        session["locale"] = locale
    with reading() as work:
        has_several = user_id is not None and len(roles_of(work, user_id)) > 1
    if has_several:
        return redirect(url_for("account.choose_role", next=local_path(wanted)), 303)
    return redirect(_next(wanted), 303)


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session at once."""
    token = session.get("_user_id")
    if isinstance(token, str):
        with unit_of_work() as work:
            end_session(work, token)
    session.clear()
    return redirect(url_for("auth.sign_in"), 303)


@bp.post("/language")
@public
def set_language() -> Response:
    """Switch the language, and remember it for the person."""
    locale = request.form.get("locale", "zh")
    if locale in LOCALES:
        session["locale"] = locale
        known = caller()
        if known is not None and known.actor.user_id is not None:
            with unit_of_work() as work:
                set_locale(work, known.actor.user_id, locale)
    return redirect(_next(request.form.get("next") or request.referrer), 303)


def _page(form: FormState) -> str:
    with reading() as work:
        park = demo_park(work)
    return render_template(
        "auth/sign_in.html",
        form=form,
        park_name=park.name if park else None,
        is_demo=park is not None,
        demo_accounts=sign_in_list() if park is not None else [],
    )


def _parts(wanted: str) -> SplitResult | None:
    try:
        return urlsplit(wanted)
    except ValueError:
        return None


def local_path(wanted: str | None) -> str | None:
    """A path of ours to go on to; never another host."""
    if wanted and (parts := _parts(wanted)):
        own = not parts.netloc or parts.netloc == request.host
        path = parts.path
        if own and path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path:
            return f"{path}?{parts.query}" if parts.query else path
    return None


def _next(wanted: str | None) -> str:
    return local_path(wanted) or url_for("workbench.show")
