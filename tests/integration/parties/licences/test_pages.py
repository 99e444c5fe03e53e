"""The pages of licences and fleets, as firms, carriers and the park use them."""

import re
from datetime import date
from io import BytesIO

import pytest

from app.foundation.core.ids import new_id
from app.foundation.core.working_days import working_days_before
from app.parties.accounts.permissions import Role
from app.parties.licences import operations
from app.parties.licences.due import due
from app.parties.licences.review import REVIEW
from tests.integration.parties.licences.people import FULL, LICENCE, PDF, a_firm, somebody
from tests.integration.waste.consignments.world import World, a_licence, build

APPLY = "/licence-applications/new"
TYPED = {name: value for name, value in LICENCE.items() if isinstance(value, str)} | {
    "kind_of": "new",
    "modes": LICENCE["modes"],
    "yearly_scale": "2000",
    "lines-0-code": "900-402-06",
    "lines-0-method": "R2",
    "lines-2-code": "hw08",
}


@pytest.fixture
def world(database) -> World:
    return build(database, has_plan=False, **FULL)


def document(content: bytes = PDF):
    return (BytesIO(content), "许可证.pdf")


def version_on(page):
    return re.search(r'name="seen_version" value="(\d+)"', page)[1]


def test_a_form_keeps_what_was_typed_and_blames_the_rows_it_has(world, client_of):
    firm = client_of(world.consignee.user_id)

    sense = firm.post(APPLY, data=TYPED | {"lines-2-code": "HW51", "legal_rep": "", "file": document()})
    shape = firm.post(APPLY, data=TYPED | {"yearly_scale": "much", "issued_on": "", "file": document()})
    empty = firm.post(APPLY, data=TYPED | {"file": document(b"")})
    none = firm.post(APPLY, data=TYPED)

    assert [one.status_code for one in (sense, shape, empty, none)] == [422] * 4
    blamed = [set(re.findall(r'href="#f-([\w-]+)"', one.text)) for one in (sense, shape, empty, none)]
    assert blamed == [{"lines-2-code", "legal_rep"}, {"yearly_scale", "issued_on"}, {"file"}, {"file"}]
    assert 'value="HW51"' in sense.text
    assert client_of(world.consignor.user_id).get(APPLY).status_code == 403


def test_a_licence_is_handed_in_queried_answered_and_approved_on_pages(world, client_of):
    firm_id = a_firm(world, is_recycler=True)
    firm = client_of(somebody(world, Role.RECYCLER, firm_id))
    park = client_of(world.operator.user_id)

    made = firm.post(APPLY, data=TYPED | {"yearly_scale": "3,000", "file": document()})
    address = made.headers["Location"]
    review = f"{address}/review"
    assert made.status_code == 303
    assert "待园区核对" in firm.get(address).text
    assert park.get(address).headers["Location"] == review
    assert park.get(f"{address}/document").data == PDF
    assert address in park.get("/licences").text

    for field in REVIEW:
        verdict = (
            {"verdict": "queried", "text": "正本上是 2000 吨"}
            if field.name == "yearly_scale"
            else {"verdict": "accepted"}
        )
        body = verdict | {"field": field.name, "seen_version": version_on(park.get(review).text)}
        assert park.post(f"{address}/fields", data=body).status_code == 303
    stale = park.post(f"{address}/queries", data={"seen_version": "1"})
    early = park.post(f"{address}/approval", data={"seen_version": version_on(park.get(review).text)})
    assert (stale.status_code, early.status_code) == (409, 409)
    assert (
        park.post(f"{address}/queries", data={"seen_version": version_on(park.get(review).text)}).status_code
        == 303
    )

    asked = firm.get(address).text
    assert "正本上是 2000 吨" in asked
    answer = TYPED | {"seen_version": version_on(asked)}
    mute = firm.post(f"{address}/answer", data=answer | {"yearly_scale": "3000"})
    assert (mute.status_code, "#f-answers-yearly_scale" in mute.text) == (422, True)
    assert firm.post(f"{address}/answer", data=answer).status_code == 303
    again = {
        "field": "yearly_scale",
        "verdict": "accepted",
        "seen_version": version_on(park.get(review).text),
    }
    park.post(f"{address}/fields", data=again)
    done = park.post(f"{address}/approval", data={"seen_version": version_on(park.get(review).text)})

    assert done.status_code == 303
    shown = firm.get("/licences", follow_redirects=True).text
    assert LICENCE["number"] in shown
    assert re.search(r"还能接.{0,200}?2,000\.0", shown, re.DOTALL)
    assert client_of(world.consignee.user_id).get(address).status_code == 404


def test_what_was_withdrawn_was_not_checked(world, client_of):
    firm = client_of(world.consignee.user_id)
    renewal = TYPED | {"kind_of": "renewal", "licence_id": str(world.licence_id), "file": document()}
    address = firm.post(APPLY, data=renewal).headers["Location"]

    assert firm.post(f"{address}/withdrawal", data={"seen_version": "1"}).status_code == 303

    assert "已撤回" in firm.get(address).text
    assert "园区登记" in firm.get(f"/licences/{world.licence_id}").text


def test_a_suspension_with_days_shows_and_is_for_the_park_alone(world, client_of):
    park, firm = client_of(world.operator.user_id), client_of(world.consignee.user_id)
    address = f"/licences/{world.licence_id}"
    days = {"state": "suspended", "from_on": "2020-01-01", "to_on": "2098-12-31", "reason": "整改"}

    assert firm.post(f"{address}/state", data=days | {"seen_version": "1"}).status_code == 403
    wrong = park.post(f"{address}/state", data=days | {"to_on": "2019-01-01", "seen_version": "1"})
    assert (wrong.status_code, "#f-to_on" in wrong.text) == (422, True)
    assert park.post(f"{address}/state", data=days | {"seen_version": "1"}).status_code == 303
    stale = park.post(f"{address}/state", data={"state": "valid", "seen_version": "1"})

    assert (stale.status_code, "已被他人改动" in stale.text) == (409, True)
    shown = firm.get(address).text
    assert "已暂停" in shown
    assert "整改" in shown
    for suffix, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        assert firm.get(f"{address}/entries/2026.{suffix}").data.startswith(start)
    assert firm.get(f"{address}/entries/2026.pdf").status_code == 404


def test_a_carrier_adds_changes_and_ends_what_it_drives_with(world, client_of):
    keeper = client_of(somebody(world, Role.CARRIER, world.carrier.organisation_id))
    rival = client_of(somebody(world, Role.CARRIER, a_firm(world, is_carrier=True)))
    park = client_of(world.operator.user_id)
    fleet = f"/fleets/{world.carrier.organisation_id}"
    things = {
        "permits": {"number": "演交危运 2", "classes": "3、8，危险废物", "valid_to": "2098-01-01"},
        "vehicles": {"plate": "演A·D0799", "approved_load_kg": "9000.5", "valid_to": "2098-01-01"},
        "crew": {"name": "甲乙丙", "certificate": "演驾 9", "is_escort": "yes", "valid_to": "2098-01-01"},
    }

    for kind, typed in things.items():
        new = f"{fleet}/{kind}/new"
        assert keeper.get(new).status_code == 200
        assert keeper.post(new, data=typed | {"file": document(b"")}).status_code == 422
        assert keeper.post(new, data=typed | {"valid_from": "2099-01-01"}).status_code == 422
        assert rival.post(new, data=typed).status_code == 403
        assert keeper.post(new, data=typed | {"file": document()}).status_code == 303
        page = keeper.get(fleet).text
        (thing,) = re.findall(rf"({fleet}/{kind}/[\w-]{{36}})/document", page)
        assert [one.get(f"{thing}/document").status_code for one in (keeper, park, rival)] == [200, 200, 404]
        changed = typed | {"valid_to": "2098-06-01", "seen_version": version_on(keeper.get(thing).text)}
        assert rival.post(thing, data=changed).status_code == 403
        assert keeper.post(thing, data=changed).status_code == 303
        assert keeper.post(thing, data=changed).status_code == 409
        ended = {"seen_version": version_on(keeper.get(thing).text)}
        assert rival.post(f"{thing}/end", data=ended).status_code == 404
        assert keeper.post(f"{thing}/end", data=ended).status_code == 303
        assert keeper.post(f"{thing}/end", data=ended).status_code == 409

    shown = keeper.get(fleet).text
    assert "3、8、危险废物" in shown
    assert shown.count("已停用") >= 3
    assert keeper.get(f"/fleets/{new_id()}").status_code == 404


def test_page_finding_and_deadline_tell_one_day_of_a_renewal(world, client_of):
    last = working_days_before(date(2030, 2, 28), 30)
    firm, park = client_of(world.consignee.user_id), client_of(world.operator.user_id)
    address = f"/licences/{world.licence_id}"

    def told():
        with world.seeing(world.consignee) as work:
            days = [one.on for one in due(work, date(2031, 1, 1)) if one.subject_id == world.licence_id]
        return days, last.isoformat() in firm.get(address).text

    assert told() == ([last], True)
    suspension = {"state": "suspended", "from_on": "2020-01-01", "seen_version": "1"}
    assert park.post(f"{address}/state", data=suspension).status_code == 303
    assert told() == ([last], True)
    filed = {"filed_on": "2026-01-05", "seen_version": "2"}
    assert firm.post(f"{address}/renewal-filing", data=filed).status_code == 303
    assert told() == ([], False)
    assert "换证申请已提出" in firm.get(address).text


@pytest.mark.parametrize("how", ["replaced", "revoked"])
def test_nothing_is_asked_of_an_edition_that_is_replaced_or_revoked(world, client_of, how):
    firm, park = client_of(world.consignee.user_id), client_of(world.operator.user_id)
    address = f"/licences/{world.licence_id}"
    if how == "revoked":
        park.post(f"{address}/state", data={"state": "revoked", "seen_version": "1"})
    else:
        with world.doing(world.operator) as work:
            newer = a_licence(world.consignee.organisation_id, number="2", replaces_id=world.licence_id)
            operations.register_licence(work, newer)

    with world.seeing(world.consignee) as work:
        asked = [one for one in due(work, date(2031, 1, 1)) if one.subject_id == world.licence_id]
    assert asked == []
    assert "HWLM-13-b" not in firm.get(address).text


def test_a_renewal_that_adds_a_category_is_told_to_be_applied_for_anew(world, client_of):
    firm, park = client_of(world.consignee.user_id), client_of(world.operator.user_id)
    page = f"/licences/{world.licence_id}"
    renewal = TYPED | {"kind_of": "renewal", "licence_id": str(world.licence_id)}
    told = "增加废物类别，应重新申领许可证"

    same = {"lines-2-code": "900-404-06", "file": document()}
    address = firm.post(APPLY, data=renewal | same).headers["Location"]
    assert told not in park.get(f"{address}/review").text
    firm.post(f"{address}/withdrawal", data={"seen_version": "1"})
    address = firm.post(APPLY, data=renewal | {"file": document()}).headers["Location"]

    assert told in park.get(f"{address}/review").text
    assert told in firm.get(page).text
    firm.post(f"{address}/withdrawal", data={"seen_version": "1"})
    assert told not in firm.get(page).text
