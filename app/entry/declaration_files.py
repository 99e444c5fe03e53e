"""A declaration in the fields of HJ 1259 C.1 to C.3 (domain-rules 15.7), as declared."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, Final

from flask_babel import gettext as _

from app.entry.language import rendered
from app.entry.ledger import XLSX
from app.entry.official_files import CSV, PDF, FileFormat, KeptFile, paper
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.documents.spreadsheet import Value, csv_bytes, xlsx_bytes
from app.foundation.documents.table import TablePart
from app.waste.registry.declaring.figures import FIELDS, FigureLine, totals
from app.waste.registry.declaring.queries import DeclarationView
from app.waste.registry.methods import METHODS
from app.waste.registry.models import FORM_WORDS, DeclarationKind, WasteStream
from app.waste.registry.official_sheets import tonnes

HEADER: Final = (
    say("废物名称"),
    say("类别"),
    say("代码"),
    say("有害成分"),
    say("形态"),
    say("危险特性"),
    say("期初剩余贮存量 t"),
    say("产生量 t"),
    say("接收量 t"),
    say("自行利用/处置方式"),
    say("自行利用/处置量 t"),
    say("委外单位名称"),
    say("许可证编号"),
    say("委外方式"),
    say("委外利用/处置量 t"),
    say("损耗与其他 t"),
    say("期末剩余贮存量 t"),
)
"""Identity, opening, generated, own by method, entrusted by receiver and method, closing."""
MASSES: Final = {
    6: "opening",
    7: "generated",
    8: "received",
    10: "own",
    14: "entrusted",
    15: "other",
    16: "closing",
}
"""Columns of masses and the figure each holds."""
KIND_TITLES: Final = {
    DeclarationKind.MONTHLY: say("危险废物月度申报表"),
    DeclarationKind.QUARTERLY: say("危险废物季度申报表"),
    DeclarationKind.ANNUAL: say("危险废物年度申报表"),
    DeclarationKind.GENERAL_MONTHLY: say("一般工业固体废物月度申报表"),
    DeclarationKind.GENERAL_ANNUAL: say("一般工业固体废物年度申报表"),
}


def declaration_file(work: Work, view: DeclarationView, form: FileFormat) -> KeptFile:
    """A declaration to keep: what is declared, adjusted figures with the computed ones and the reasons below."""
    header = [rendered(word) for word in HEADER]
    rows = [*_rows(view), _total(view)]
    title = rendered(KIND_TITLES[view.kind])
    notes = _notes(view)
    name = f"declaration-{view.kind.value}-{view.period.first:%Y-%m}"
    if form is FileFormat.PDF:
        parts = [TablePart(header, rows, has_total=True)]
        if adjusted := list(_adjusted(view)):
            columns = [_("废物"), _("数据"), _("计算值 t"), _("申报值 t"), _("调整原因")]
            parts.append(TablePart(columns, adjusted, title=_("调整说明")))
        return KeptFile(paper(work, title, notes, parts), PDF, f"{name}.pdf")
    titles = [title, *notes]
    zone = work.actor.zone
    if form is FileFormat.CSV:
        return KeptFile(csv_bytes(header, rows, time_zone=zone, titles=titles), CSV, f"{name}.csv")
    body = xlsx_bytes(header, rows, sheet_name=_("申报表"), time_zone=zone, titles=titles)
    return KeptFile(body, XLSX, f"{name}.xlsx")


def _rows(view: DeclarationView) -> Iterator[tuple[Value, ...]]:
    """A row a waste; further methods and receivers stand below it in rows of their own."""
    for line in view.lines:
        ways = zip_longest(line.own, line.entrusted)
        first = True
        for own, entrusted in ways if line.own or line.entrusted else [(None, None)]:
            yield _row(view, line, own, entrusted, first=first)
            first = False


def _row(
    view: DeclarationView, line: FigureLine, own: Any, entrusted: Any, *, first: bool
) -> tuple[Value, ...]:
    stream = view.streams.get(line.stream_id)
    identity: tuple[Value, ...] = _identity(stream) if first and stream else ("",) * 6
    figures: dict[str, Value] = dict.fromkeys(FIELDS, None)
    if first:
        figures = {name: tonnes(line.declared(name)) for name in FIELDS}
    own_mass = figures["own"] if "own" in line.adjusted else tonnes(own.mass) if own else None
    taken = (
        figures["entrusted"]
        if "entrusted" in line.adjusted
        else tonnes(entrusted.mass)
        if entrusted
        else None
    )
    return (
        *identity, figures["opening"], figures["generated"], figures["received"],
        _method(own.method) if own else "", own_mass,
        receiver_name(view, entrusted.receiver) if entrusted else "", entrusted.licence if entrusted else "",
        _method(entrusted.method) if entrusted else "", taken,
        figures["other"], figures["closing"],
    )  # fmt: skip


def receiver_name(view: DeclarationView, number: int) -> str:
    """The receiver that a share of a declaration numbers."""
    names = view.declaration.receivers
    return str(names[number]) if number < len(names) else ""


def _identity(stream: WasteStream) -> tuple[Value, ...]:
    form = rendered(FORM_WORDS[stream.form]) if stream.form else ""
    hazards = ", ".join(stream.hazards)
    return stream.local_name, stream.category, stream.waste_code, stream.harmful_components, form, hazards


def _total(view: DeclarationView) -> tuple[Value, ...]:
    row: list[Value] = [""] * len(HEADER)
    row[0] = rendered(say("合计"))
    sums = totals(view.lines)
    for at, name in MASSES.items():
        row[at] = tonnes(sums[name])
    return tuple(row)


def _adjusted(view: DeclarationView) -> Iterator[tuple[Value, ...]]:
    for line in view.lines:
        for name, one in line.adjusted.items():
            yield (
                line.waste_code,
                rendered(FIELDS[name]),
                tonnes(one.computed),
                tonnes(one.declared),
                one.reason,
            )


def _method(code: str) -> str:
    return f"{code} {rendered(METHODS[code])}" if code in METHODS else code


def _notes(view: DeclarationView) -> Sequence[str]:
    declared = view.declaration
    first = "    ".join(
        (
            _("单位名称：%(name)s", name=view.organisation.name),
            _("统一社会信用代码：%(code)s", code=view.organisation.credit_code),
            _("场所：%(name)s", name=view.site.name),
        )
    )
    words = [
        _(
            "期间：%(first)s 至 %(last)s",
            first=declared.first_on.isoformat(),
            last=declared.last_on.isoformat(),
        ),
        _("截止：%(day)s", day=declared.due_on.isoformat()),
    ]
    if declared.receipt_number:
        words.append(_("受理编号：%(number)s", number=declared.receipt_number))
    if declared.agent:
        words.append(_("代报：%(agent)s", agent=declared.agent))
    return [first, "    ".join(words)]
