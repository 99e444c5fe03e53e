"""Labels: the picture on the screen, the print that is noted, and its PDF."""

from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.entry.language import chosen_locale, rendered
from app.entry.work import caller, house, reading, unit_of_work
from app.foundation.core.errors import Conflict, InvalidInput
from app.foundation.documents.label import Paper, label_pdf
from app.foundation.documents.label_content import SIZES, LabelContent
from app.foundation.documents.label_picture import label_svg
from app.foundation.rulebook.decision import RuleViolated
from app.waste.storage import queries
from app.waste.storage.commands import PrintLabel
from app.waste.storage.operations.labels import label_preview, print_label
from app.waste.storage.policy import ensure_may_read
from app.web.storage.blueprint import bp, key_of


@bp.get("/containers/<code>/label.svg")
def label_image(code: str) -> Response:
    """The label as it is printed, for the screen."""
    content = _preview(code)
    picture = label_svg(content, is_demo=_is_demo(), language="zh")
    return Response(picture, content_type="image/svg+xml; charset=utf-8")


@bp.post("/containers/<code>/label")
def print_container_label(code: str) -> BaseResponse:
    """Note one print and go to its PDF."""
    typed = request.form
    reason = " ".join(filter(None, (typed.get("print_reason", ""), typed.get("print_note", "").strip())))
    try:
        with unit_of_work() as work:
            content = print_label(
                work,
                key_of(code),
                PrintLabel(reason[:100]),
                keyring=house().keyring,
                public_url=house().config.public_url,
            )
            _pdf(content)  # a text that can't be printed undoes the note
    except (InvalidInput, RuleViolated, Conflict) as refused:
        flash(rendered(refused.text), "error")
        return redirect(url_for("storage.container", code=code, _anchor="label"), 303)
    chosen: dict[str, Any] = {
        name: value for name in ("size", "paper", "lang", "text_only") if (value := typed.get(name))
    }
    number = content.print_number
    return redirect(
        url_for("storage.label_document", code=content.digital_code, number=number, **chosen), 303
    )


@bp.get("/containers/<code>/label-<int:number>.pdf")
def label_document(code: str, number: int) -> Response:
    """The PDF of the latest print. Opening it again prints nothing new: it bears the same number."""
    content = _preview(code, number)
    response = Response(_pdf(content), content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"label-{content.short_code}.pdf")
    return response


def _preview(code: str, number: int | None = None) -> LabelContent:
    with reading() as work:
        ensure_may_read(work.actor)
        container = queries.container_for(work, key_of(code))
        is_latest = container.label_prints == number and container.label_mass == container.net
        if number is not None and not is_latest:
            abort(404, _("这张标签已不是最新的，请重新打印"))
        return label_preview(work, container, keyring=house().keyring, public_url=house().config.public_url)


def _pdf(content: LabelContent) -> bytes:
    asked = request.values
    return label_pdf(
        [replace(content, wanted_size=SIZES.get(asked.get("size", "")))],
        paper=Paper.A4 if asked.get("paper") == Paper.A4 else Paper.EXACT,
        text_only=bool(asked.get("text_only")),
        is_demo=_is_demo(),
        language="en" if (asked.get("lang") or chosen_locale()) == "en" else "zh",
    )


def _is_demo() -> bool:
    known = caller()
    return known is not None and known.is_demo
