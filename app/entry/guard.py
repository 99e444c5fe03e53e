"""The door: who comes in, and that nobody passes unseen. Every route needs sign-in unless marked public."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from app.entry.limits import ensure_within_limits
from app.entry.reply import kept_answer
from app.entry.work import house
from app.foundation.core.errors import DomainError, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Actor
from app.parties.accounts.signing_in import Caller, caller_of_session, caller_of_token
from app.parties.accounts.tokens import note_use

View = TypeVar("View", bound=Callable[..., object])

csrf = CSRFProtect()
login_manager = LoginManager()
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps of a signed-in person: the token of the session row, nothing else."""

    def __init__(self, token: str, caller: Caller) -> None:
        self.token = token
        self.caller = caller

    def get_id(self) -> str:
        return self.token


def public(view: View) -> View:
    """Mark a view that needs no sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(app: Flask, endpoint: str) -> bool:
    """Whether an endpoint needs no sign-in."""
    view = app.view_functions[endpoint]
    return bool(getattr(view, "is_public", False)) or endpoint.rpartition(".")[2] == "static"


def install(app: Flask) -> None:
    """Put the door into the house."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    login_manager.init_app(app)
    login_manager.user_loader(_load)
    app.before_request(_enter)


def _load(token: str) -> SignedIn | None:
    if (known := g.get("caller")) is not None:
        return SignedIn(token, known)  # found out at the door already; templates ask again
    with house().database.glance(Actor(via="web")) as work:
        caller = caller_of_session(work, token)
    return SignedIn(token, caller) if caller else None


def _enter() -> BaseResponse | None:
    if request.endpoint in (None, "static"):
        return None  # no such route, or a file that is the same for everybody
    bearer = _bearer_token()
    g.caller = _caller_of_cookie() if bearer is None else _caller_of_bearer(bearer)
    ensure_within_limits()
    if g.caller is None and not is_public(current_app, request.endpoint):
        return _turn_away()
    if g.caller is not None and g.caller.networks:
        _ensure_from(g.caller.networks)
    if bearer is None and request.method in WRITING:
        _ensure_from_our_page()
    return _first_answer() if "Idempotency-Key" in request.headers else None


def _ensure_from(networks: tuple[str, ...]) -> None:
    """Staff of a park that named its networks come in from these alone; signing out is open to all."""
    address = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - nobody's address, not one to listen on
    if (
        not any(address in ip_network(network) for network in networks)
        and request.endpoint != "auth.sign_out"
    ):
        raise NotPermitted(say("园区人员只能从登记的网络访问，请联系园区管理员"))


def _ensure_from_our_page() -> None:
    try:
        csrf.protect()
    except CSRFError as error:
        error.text = say("页面已过期，请返回刷新后再提交一次")
        raise


def twins_answer() -> Response | None:
    """The answer to the same request that came in at the same moment and won, if this one is repeated by its key."""
    if "idempotency_scope" not in g:
        return None
    try:
        return _first_answer()
    except DomainError:
        return None  # the key was used for something else


def _first_answer() -> Response | None:
    with house().database.reading(Actor(via="web")) as work:
        return kept_answer(work.session)


def _bearer_token() -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _caller_of_cookie() -> Caller | None:
    token = session.get("_user_id")
    if not isinstance(token, str):
        return None
    known = _load(token)
    return known.caller if known else None


def _caller_of_bearer(token: str) -> Caller | None:
    with house().database.glance(Actor(via="api")) as work:
        found = caller_of_token(work, token)
    if found is not None and found.token_hash is not None:
        note_use(house().database, found.token_hash)
    return found


def _turn_away() -> BaseResponse:
    if request.path.startswith("/api/") or request.method in WRITING:
        abort(401)
    return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))
