"""What the solvent recycler took in outside the platform, and the renewal of its licence that it handed in."""

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont

from app.demo.licences import tonnes
from app.demo.setting_up import DemoPark
from app.foundation.core.clock import instant_at
from app.foundation.core.database import Database
from app.foundation.core.units import Grams, tonnes_text
from app.foundation.core.work import Work
from app.foundation.documents.fonts import REGULAR, file_of
from app.foundation.files.operations import FileStore
from app.parties.licences import queries
from app.parties.licences.commands import (
    ApplyForLicence,
    JudgeField,
    LicensedWaste,
    RecordEarlierUse,
    RegisterLicence,
)
from app.parties.licences.documents import store_document
from app.parties.licences.models import ApplicationKind, OperatingLicence
from app.parties.licences.operations import (
    apply_for_licence,
    judge_field,
    record_earlier_use,
)

EARLIER_T: Final = {"900-041-49": 291, "900-404-06": 120}
"""What the solvent recycler took in before it used the platform; the first nearly all that its line gives."""
CHECKED: Final = ("number", "legal_name", "legal_rep", "domicile", "facility_address", "modes")
"""Fields the park has accepted already of what was handed in."""
SHEET: Final = (960, 1280)


def hand_in_a_licence(database: Database, demo: DemoPark, files: FileStore, anchor: date) -> None:
    """What was taken in outside the platform is entered; a renewal is handed in and half checked."""
    firm = demo.organisations["yunzhan"].id
    with database.writing(demo.actors["tang"], now=instant_at(anchor - timedelta(days=1), 15, 0)) as work:
        licence = _current(work, firm, anchor)
        masses = {code: tonnes(mass) for code, mass in EARLIER_T.items()}
        note = f"{anchor.year} 年经营记录簿"
        record_earlier_use(work, licence.id, RecordEarlierUse(masses, anchor.year, note, licence.version))
    with database.writing(demo.actors["he"], now=instant_at(anchor - timedelta(days=1), 16, 12)) as work:
        licence = _current(work, firm, anchor)
        wanted = _renewed(queries.licence_command(work, licence), anchor)
        file = store_document(work, files, document_of(wanted), "许可证正本.png")
        command = ApplyForLicence(ApplicationKind.RENEWAL, wanted, file.id, licence.id)
        application = apply_for_licence(work, command)
        key, version = application.id, application.version
    for minute, field in enumerate(CHECKED):
        at = instant_at(anchor - timedelta(days=1), 17, 5 + minute)
        with database.writing(demo.actors["tang"], now=at) as work:
            version = judge_field(work, key, JudgeField(field, True, version)).version
            work.session.flush()


def _current(work: Work, firm: UUID, anchor: date) -> OperatingLicence:
    scope = queries.usable_licence(work, firm, anchor)
    assert scope is not None  # it was entered on the first day
    return scope.licence


def _renewed(licence: RegisterLicence, anchor: date) -> RegisterLicence:
    """A larger scale for what is nearly used up."""
    lines = tuple(
        replace(line, yearly_scale=tonnes(1_000)) if line.waste_code == "900-041-49" else line
        for line in licence.lines
    )
    first = date(anchor.year + 1, 1, 1)
    return replace(
        licence,
        number=f"演危许可 {anchor.year}-031",
        issued_on=anchor - timedelta(days=3),
        valid_from=first,
        valid_to=date(anchor.year + 5, 12, 31),
        yearly_scale=tonnes(3_700),
        lines=lines,
    )


def document_of(licence: RegisterLicence) -> bytes:
    """A picture of the licence as a scanner gives it."""
    width, height = SHEET
    sheet = Image.new("RGB", SHEET, "#fffdf6")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((28, 28, width - 28, height - 28), outline="#b58a12", width=6)
    draw.rectangle((40, 40, width - 40, height - 40), outline="#d9b95b", width=2)
    title, text = (ImageFont.truetype(str(file_of(REGULAR)), size) for size in (52, 25))
    draw.text((width // 2, 130), "危险废物经营许可证", font=title, fill="#17202e", anchor="mm")
    draw.text((width // 2, 185), "（正本 · 演示件）", font=text, fill="#17202e", anchor="mm")
    rows = [
        ("编号", licence.number),
        ("法人名称", licence.legal_name),
        ("法定代表人", licence.legal_rep),
        ("住所", licence.domicile),
        ("设施地址", licence.facility_address),
        ("经营方式", "收集、贮存、利用"),
        *(("经营类别" if at == 0 else "", _line_words(line)) for at, line in enumerate(licence.lines)),
        ("年经营规模", f"{_whole(licence.yearly_scale)} 吨/年"),
        ("有效期限", f"自 {licence.valid_from:%Y-%m-%d} 至 {licence.valid_to:%Y-%m-%d}"),
        ("发证日期", f"{licence.issued_on:%Y-%m-%d}"),
        ("发证机关", licence.issuer),
    ]
    for at, (label, value) in enumerate(rows):
        draw.text((90, 260 + at * 58), label, font=text, fill="#475264")
        draw.text((260, 260 + at * 58), value, font=text, fill="#17202e")
    draw.ellipse((640, 1040, 800, 1200), outline="#c5221f", width=5)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _line_words(line: LicensedWaste) -> str:
    scale = f"，{_whole(line.yearly_scale)} 吨/年" if line.yearly_scale else ""
    return f"{line.category} {line.waste_code or '其余代码'}（{line.method}{scale}）"


def _whole(mass: Grams) -> str:
    return tonnes_text(mass).partition(".")[0]
