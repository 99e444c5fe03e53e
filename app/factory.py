"""Wires everything; the only place that knows all rooms and both borders."""

import traceback
from pathlib import Path

from flask import Flask, Response, g, jsonify, render_template, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

import config as settings
from app import api, cli, web
from app.api.spec import ParkLoopApi
from app.api.spec import settings as api_settings
from app.entry import guard, language, limits, logs, security
from app.entry.problems import Problem, problem_of, problem_of_http, problem_unexpected
from app.entry.reply import VersionRequired
from app.entry.work import House
from app.foundation.core.database import Database
from app.foundation.core.errors import Conflict, DomainError, FieldProblem, InvalidInput
from app.foundation.core.text import say
from app.foundation.files.operations import FileStore
from app.foundation.keys.operations import Keyring
from app.parties.accounts.confirming.sending import ConsoleSender, NoSender

HERE = Path(__file__).parent


def create_app(config: settings.Config | None = None, database: Database | None = None) -> Flask:
    """Build the application. `database` is given by tests that hold it already."""
    config = config or settings.load()
    logs.configure()
    app = Flask(
        "app",
        root_path=str(HERE),
        static_folder=str(HERE / "web" / "static"),
        template_folder=str(HERE / "web" / "templates"),
    )
    app.config.update(_flask_settings(config))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["house"] = House(
        config=config,
        database=database or Database(config.database_url),
        keyring=Keyring(config.key_encryption_key),
        files=FileStore(config.files_dir),
        codes=NoSender() if config.is_production else ConsoleSender(),
    )
    logs.install(app)
    language.babel.init_app(app, locale_selector=language.chosen_locale)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=0)  # type: ignore[method-assign]
    limits.install(app, dict(config.rate_limits))
    guard.install(app)
    app.after_request(security.add_headers)
    _answer_errors(app)
    documented = ParkLoopApi(app)
    api.register(documented)
    api.publish_document(app)
    web.register(app)
    cli.register(app)
    return app


def _flask_settings(config: settings.Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.public_url.startswith("https://"),
        "MAX_CONTENT_LENGTH": config.max_upload_bytes,
        "MAX_FORM_MEMORY_SIZE": 2 * 2**20,
        "BABEL_DEFAULT_LOCALE": "zh",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "WTF_CSRF_TIME_LIMIT": None,
        **api_settings(),
    }


def _answer_errors(app: Flask) -> None:
    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> BaseResponse:
        lost = isinstance(error, Conflict)
        return (guard.twins_answer() if lost else None) or answer(problem_of(error))

    @app.errorhandler(VersionRequired)
    def version_required(_error: VersionRequired) -> BaseResponse:
        return answer(problem_of_http(_with_code(428)))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> BaseResponse:
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()  # a redirect, or an answer made already
        response = answer(problem_of_http(error))
        if wait := getattr(error, "retry_after", None):
            response.headers["Retry-After"] = str(wait)
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> BaseResponse:
        if refusal := conflict_of(error) or unreadable(error):
            logs.log.warning("refused", error=repr(error))
            return (guard.twins_answer() if refusal.status == 409 else None) or answer(refusal)
        logs.log.error("unexpected", error=repr(error), trace=traceback.format_exc())
        if app.config.get("TESTING") and not app.config.get("ANSWER_UNEXPECTED"):
            raise error
        return answer(problem_unexpected(g.get("request_id", "-")))


def conflict_of(error: Exception) -> Problem | None:
    """Two who wrote the same thing at once: the database lets one win, and this is the other's answer."""
    lost = isinstance(error, StaleDataError | IntegrityError)
    locked = isinstance(error, OperationalError) and any(
        word in str(error.orig) for word in ("deadlock", "locked", "serialize")
    )
    return problem_of_http(_with_code(409)) if lost or locked else None


def unreadable(error: Exception) -> Problem | None:
    """Input that no field noticed: lists in lists without end, a number of thousands of digits, or what no column
    can hold, as a character without a place in any text, or far too much."""
    from sqlalchemy.exc import DataError

    endless_number = isinstance(error, ValueError) and "integer string conversion" in str(error)
    if (isinstance(error, RecursionError) or endless_number) and request.is_json:
        return problem_of_http(_with_code(400))
    if isinstance(error, DataError | UnicodeEncodeError):
        return problem_of(InvalidInput([FieldProblem("#", say("输入中有无法保存的字符，或内容过长、过大"))]))
    return None


def _with_code(code: int) -> HTTPException:
    error = HTTPException()
    error.code = code
    return error


def answer(problem: Problem) -> BaseResponse:
    """A problem in the form of the border that was asked."""
    if request.path.startswith("/api/"):
        response: Response = jsonify(problem.as_json())
        response.status_code = problem.status
        response.content_type = "application/problem+json"
        return response
    status = 409 if problem.status == 412 else problem.status  # a form's stale version (design.md 9)
    return Response(render_template("errors/problem.html", problem=problem), status)
