"""The blueprint of the pages of licences, and what they share."""

from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from app.entry.work import house
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.files.models import StoredFile
from app.parties.licences.documents import PDF_TYPE
from app.parties.licences.models import ApplicationState, LicenceState, OperatingLicence

bp = Blueprint("licences", __name__)

FRAMED: Final = "default-src 'none'; frame-ancestors 'self'"
"""An uploaded PDF may stand in a page of ours and load nothing."""
APPLICATION_LOOKS: Final = {
    ApplicationState.SUBMITTED: ("info", "clipboard-check", say("待园区核对")),
    ApplicationState.QUERIED: ("warn", "message-2", say("待企业补充")),
    ApplicationState.APPROVED: ("ok", "circle-check", say("核对通过")),
    ApplicationState.WITHDRAWN: ("", "ban", say("已撤回")),
}


def seen() -> int:
    """The version the form was made from."""
    text = request.form.get("seen_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def licence_look(work: Work, licence: OperatingLicence) -> tuple[str, str, str]:
    """Tag kind, icon and word of a licence as it stands today (domain-rules 7.11)."""
    today = work.today
    if licence.state is LicenceState.REVOKED:
        return "bad", "ban", _("已吊销")
    if licence.state is LicenceState.CANCELLED:
        return "", "ban", _("已注销")
    if licence.is_suspended(today):
        return "bad", "player-pause", _("已暂停")
    if licence.valid_to < today:
        return "bad", "alert-circle", _("已过期")
    if licence.valid_from > today:
        return "info", "clock", _("未生效")
    if licence.renewal_filed_on is not None:
        return "ok", "shield-check", _("有效，已申请换证")
    return "ok", "shield-check", _("有效")


def file_response(file: StoredFile, *, as_view: bool = False) -> Response:
    """An upload as it came, or of a picture its smaller copy without metadata."""
    is_view = as_view and file.view_sha256 is not None
    sha256 = file.view_sha256 if is_view and file.view_sha256 else file.sha256
    media_type = "image/jpeg" if is_view else file.media_type
    response = Response(house().files.path(sha256).read_bytes(), content_type=media_type)
    shown = "inline" if as_view else "attachment"
    response.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(file.filename, safe='')}"
    if as_view and media_type == PDF_TYPE:
        response.headers["Content-Security-Policy"] = FRAMED
    return response


def lines_words(details: dict[str, Any]) -> list[tuple[str, int]]:
    """Categories of a licence with the number of their codes; 0: the whole category."""
    found: dict[str, int] = {}
    for line in details["lines"]:
        found[line["category"]] = found.get(line["category"], 0) + bool(line["waste_code"])
    return sorted(found.items())
