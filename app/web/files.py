"""Photos people took: the smaller re-encoded view, for whoever may know of them."""

from uuid import UUID

from flask import Blueprint, Response, abort, request

from app.entry.work import house, reading
from app.foundation.files.operations import file_for

bp = Blueprint("files", __name__, url_prefix="/files")

CACHE_SECONDS = 3600


@bp.get("/<uuid:file_id>")
def view(file_id: UUID) -> Response:
    """The view of a photo, without its metadata. Other uploads are not shown."""
    with reading() as work:
        file = file_for(work, file_id)
    if file.view_sha256 is None:
        abort(404)
    response = Response(house().files.path(file.view_sha256).read_bytes(), content_type="image/jpeg")
    response.headers["Cache-Control"] = f"private, max-age={CACHE_SECONDS}"
    response.set_etag(file.view_sha256)
    response.make_conditional(request)
    return response
