"""Signing in and out, and the language."""

from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.demo.accounts import sign_in_list
from app.entry.guard import public
from app.entry.language import LOCALES
from app.entry.work import caller, house, reading, unit_of_work
from app.foundation.core.errors import FieldProblem
from app.foundation.core.text import Text
from app.parties.accounts.queries import demo_park
from app.parties.accounts.signing_in import check_password, set_locale
from app.parties.accounts.signing_in import sign_in as open_session
from app.parties.accounts.signing_in import sign_out as end_session
from app.web.forms import FormState

bp = Blueprint("auth", __name__)


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
        result = open_session(work, account, user_id, lifetime)
    if result.token is None:
        kept = {"account": account, "next": form.get("next", "")}
        return _page(FormState(kept, [FieldProblem("#/password", result.refusal or Text(""))])), 422
    locale = session.get("locale")
    session.clear()
    session["_user_id"] = result.token
    if locale:
        session["locale"] = locale
    return redirect(_next(form.get("next")), 303)


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


def _next(wanted: str | None) -> str:
    """A path of ours to go on to; never another host."""
    if wanted and (parts := _parts(wanted)):
        own = not parts.netloc or parts.netloc == request.host
        path = parts.path
        if own and path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path:
            return f"{path}?{parts.query}" if parts.query else path
    return url_for("workbench.show")
