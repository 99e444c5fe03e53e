"""Making a one-time signing link: shown once, as a QR code and as text."""

from flask import render_template, request
from werkzeug.wrappers import Response

from app.entry.work import house, reading, unit_of_work
from app.foundation.core.errors import Conflict, InvalidInput
from app.foundation.core.text import Text
from app.waste.consignments.operations.link_signing import issue_signing_link
from app.waste.consignments.queries import papers_for
from app.waste.consignments.schemas.signing import IssueSigningLinkSchema
from app.web.consignments.blueprint import bp
from app.web.consignments.showing import at_fields, page
from app.web.forms import FormState
from app.web.parsing import parse_form
from app.web.qr_svg import qr_svg


@bp.post("/<number>/signing-links")
def issue_link(number: str) -> Response | str | tuple[str, int]:
    """A link for the signature that is due."""
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    try:
        command = parse_form(IssueSigningLinkSchema(), typed)
        with unit_of_work() as work:
            made = issue_signing_link(work, house().keyring, number, command, with_code=house().sends_codes)
    except InvalidInput as refused:
        return _again(number, FormState(request.form, at_fields(refused.problems)), None), 422
    except Conflict as refused:
        return _again(number, FormState(request.form), refused.text), 409
    url = f"{house().config.public_url.rstrip('/')}{made.path}"
    return render_template("signing/issued.html", number=number, name=command.name, url=url, qr=qr_svg(url))


def _again(number: str, form: FormState, refusal: Text | None) -> str:
    with reading() as work:
        return page(work, papers_for(work, number), form, refusal)
