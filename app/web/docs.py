"""The API's documents as a page: Swagger UI from our own files, so that it works with no network and our strict CSP."""

from flask import Blueprint, render_template, url_for

from app.entry.guard import public

bp = Blueprint("docs", __name__)


@bp.get("/api/docs")
@public
def show() -> str:
    """Every call of the API, to read and, signed in, to try."""
    return render_template("docs/api.html", document_url=url_for("api-docs.openapi_json"))
