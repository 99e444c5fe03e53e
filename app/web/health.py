"""`/healthz`: the process answers. `/readyz`: it can do its work."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.entry.guard import public
from app.entry.work import reading
from app.foundation.catalogue.loading import catalogue_is_current
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import all_keys

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Database, reference data and signing key are there; 503 names what is missing."""
    checks: dict[str, bool] = {"database": False, "catalogue": False, "qr_key": False}
    try:
        with reading() as work:
            work.session.execute(text("SELECT 1"))
            checks["database"] = True
            checks["catalogue"] = catalogue_is_current(work)
            checks["qr_key"] = any(key.retired_at is None for key in all_keys(work, KeyPurpose.QR))
    except SQLAlchemyError:
        pass
    ready = all(checks.values())
    return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503
