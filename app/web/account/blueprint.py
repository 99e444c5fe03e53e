"""The blueprint of the account pages, and what all of them ask."""

from flask import Blueprint, request, session

from app.entry.work import caller, house
from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.parties.accounts.confirming.checking import confirm_password
from app.parties.accounts.confirming.tries import TooManyTries

bp = Blueprint("account", __name__)


def session_token() -> str:
    """The token of the session this request came with; empty where it came with another."""
    token = session.get("_user_id")
    return token if isinstance(token, str) else ""


def ensure_password(name: str) -> None:
    """Ask for the password before something of weight: an open page is not yet the person.

    Raises:
        InvalidInput: wrong, or wrong too often; the problem stands at the field `name`.
    """
    known = caller()
    assert known is not None and known.actor.user_id is not None  # the guard turned everybody else away
    try:
        fits = confirm_password(house().database, known.actor.user_id, request.form.get(name, ""))
    except TooManyTries as refused:
        raise InvalidInput([FieldProblem(f"#/{name}", refused.text)]) from None
    if not fits:
        raise InvalidInput([FieldProblem(f"#/{name}", say("密码不正确"))])
