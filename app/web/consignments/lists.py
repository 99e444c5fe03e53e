"""The list of consignments in five buckets."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.entry.consignment_files import ListFormat, consignment_file
from app.entry.ledger import attachment
from app.entry.work import reading, unit_of_work
from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.text import Text, say
from app.foundation.core.work import Actor
from app.jobs.consignment_exports import ask_for_list, is_large_list
from app.parties.accounts.permissions import Permission
from app.waste.consignments.queries import (
    Bucket,
    ConsignmentFilter,
    ConsignmentRow,
    bucket_counts,
    consignments_page,
    counted,
)
from app.waste.consignments.workflow import ACT_WORDS, STATE_WORDS, ConsignmentAct, ConsignmentState
from app.web.consignments.blueprint import bp
from app.web.consignments.parts import packages_text
from app.web.forms import FormState

PAGE = 20
FILTERS = ("q", "state", "waste_code", "partner", "plate", "first", "last")
DAYS = frozenset({"first", "last"})
LONGEST_FILTER = 40
STATE_OPTIONS = [("", say("全部状态")), *((state.value, words) for state, words in STATE_WORDS.items())]
BUCKET_WORDS: dict[Bucket, Text] = {
    Bucket.DRAFTS: say("草稿"),
    Bucket.MINE: say("待我处理"),
    Bucket.OPEN: say("进行中"),
    Bucket.DONE: say("已完成"),
    Bucket.TROUBLED: say("异常"),
}
MINE_WORDS: dict[ConsignmentAct, Text] = {
    ConsignmentAct.SIGN_AS_CONSIGNOR: say("待我签署"),
    ConsignmentAct.SIGN_AS_CARRIER: say("待我签署起运"),
}
"""Where 待我 before the name of the act would not make a sentence."""


SIGNABLE = frozenset({ConsignmentAct.SIGN_AS_CONSIGNOR, ConsignmentAct.SIGN_AS_CARRIER})
"""What can be signed by ticking; the consignee signs for each load by itself."""


@bp.get("/")
def index() -> str:
    """A page of one bucket; what waits for the viewer comes first."""
    with reading() as work:
        counts = bucket_counts(work)
        chosen = _bucket(work.actor, request.args.get("bucket"))
        asked = asked_filter()
        page = consignments_page(
            work,
            bucket=chosen,
            cursor=_cursor(request.args.get("cursor")),
            limit=PAGE,
            wanted=wanted_filter(asked),
        )
        may_create = work.actor.organisation_id is not None and work.actor.may(Permission.CONSIGNMENTS_SEND)
    g.badges = {**g.get("badges", {}), "consignments": counts[Bucket.MINE]}
    tabs = [
        (
            say("{bucket} {count}", bucket=BUCKET_WORDS[bucket], count=counted(count)),
            url_for("consignments.index", bucket=bucket.value, **asked),
            bucket is chosen,
        )
        for bucket, count in counts.items()
        if bucket is not Bucket.DRAFTS or may_create
    ]
    return render_template(
        "consignments/index.html",
        tabs=tabs,
        bucket=chosen.value,
        bucket_word=BUCKET_WORDS[chosen],
        rows=[_row(row) for row in page.rows],
        asked=asked,
        chips=_chips(chosen, asked),
        clear_url=_page_url(chosen, {}),
        states=STATE_OPTIONS,
        exports={
            form.value: url_for("consignments.export", bucket=chosen.value, form=form.value, **asked)
            for form in ListFormat
        },
        form=FormState(),
        next_url=_page_url(chosen, asked, page.next_cursor) if page.next_cursor else None,
        first_url=_page_url(chosen, asked) if request.args.get("cursor") else None,
        may_create=may_create,
        may_import=may_create or work.actor.may(Permission.CONSIGNMENTS_RECEIVE),
    )


def _bucket(actor: Actor, wanted: str | None) -> Bucket:
    if wanted in list(Bucket):
        return Bucket(wanted)
    return Bucket.OPEN if actor.is_park_staff else Bucket.MINE


def _cursor(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _page_url(bucket: Bucket, asked: dict[str, Any], cursor: UUID | None = None) -> str:
    values: dict[str, Any] = {**asked, "bucket": bucket.value, "cursor": cursor}
    return url_for("consignments.index", **values)


@bp.get("/export")
def export() -> BaseResponse:
    """The list as it is filtered, with all lines and times, as a file; a long one is written in the background."""
    form = ListFormat.CSV if request.args.get("form") == "csv" else ListFormat.XLSX
    wanted = wanted_filter(asked_filter())
    with reading() as work:
        bucket = _bucket(work.actor, request.args.get("bucket"))
        if not is_large_list(work, bucket, wanted):
            file = consignment_file(work, bucket, wanted, form)
            return attachment(file.body, file.media_type, file.name)
    with unit_of_work() as work:
        job_id = ask_for_list(work, bucket, wanted, form).id
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def asked_filter() -> dict[str, Any]:
    """What the address narrows the list to, as it may stand in another address: nothing that can't be read."""
    asked: dict[str, Any] = {
        name: value for name in FILTERS if (value := request.args.get(name, "").strip()[:LONGEST_FILTER])
    }
    if asked.get("state") not in list(ConsignmentState):
        asked.pop("state", None)
    return {name: value for name, value in asked.items() if name not in DAYS or _day(value)}


def wanted_filter(asked: dict[str, Any]) -> ConsignmentFilter:
    """The same as conditions."""
    return ConsignmentFilter(
        asked.get("q", ""),
        ConsignmentState(asked["state"]) if "state" in asked else None,
        asked.get("waste_code", ""),
        asked.get("partner", ""),
        asked.get("plate", ""),
        _day(asked.get("first", "")),
        _day(asked.get("last", "")),
    )


def _chips(bucket: Bucket, asked: dict[str, Any]) -> list[tuple[Any, str]]:
    """Each condition with the address without it."""
    words: dict[str, Any] = {
        **asked,
        "state": STATE_WORDS[ConsignmentState(asked["state"])] if "state" in asked else None,
        "first": say("{day} 起", day=asked.get("first", "")),
        "last": say("至 {day}", day=asked.get("last", "")),
    }
    rest = {name: {key: value for key, value in asked.items() if key != name} for name in asked}
    return [(words[name], _page_url(bucket, rest[name])) for name in asked]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _row(row: ConsignmentRow) -> dict[str, Any]:
    consignment = row.consignment
    return {
        "number": consignment.number,
        "national_number": consignment.national_number,
        "url": url_for("consignments.show", number=consignment.number),
        "state": consignment.state.value,
        "mine": mine_text(row.next_act) if consignment.state != "draft" else None,
        "consignor": row.consignor_name,
        "consignee": row.consignee_name,
        "carrier": row.carrier_name,
        "plate": printed_plate(row.plate) if row.plate else None,
        "wastes": list(dict.fromkeys(line.waste_code for line in row.lines)),
        "container_count": consignment.container_count,
        "packages": packages_text(row.lines),
        "mass": consignment.sent_mass,
        "at": consignment.closed_at
        or consignment.arrived_at
        or consignment.departed_at
        or consignment.created_at,
        "version": consignment.version,
        "is_signable": row.next_act in SIGNABLE,
        "step": ACT_WORDS[row.next_act] if row.next_act else None,
    }


def mine_text(act: Any) -> Text | None:
    """The words of a tag that says what waits for the viewer."""
    return (MINE_WORDS.get(act) or say("待我{act}", act=ACT_WORDS[act])) if act else None
