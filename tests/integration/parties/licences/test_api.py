"""Licences and fleets over HTTP: from the hand-in to the capacity, versions, repeats, and who is kept out."""

from concurrent.futures import ThreadPoolExecutor
from csv import DictReader
from datetime import timedelta
from io import BytesIO, StringIO
from threading import Barrier
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from app.factory import create_app
from app.foundation.core.ids import new_id
from app.foundation.core.units import Grams
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import User
from app.parties.accounts.permissions import Role
from app.parties.accounts.signing_in import issue_token
from app.parties.licences import operations
from app.parties.licences.models import CapacitySource, LicenceApplication, OperatingLicence
from tests.conftest import a_config
from tests.integration.parties.licences.people import (
    FULL,
    LICENCE,
    PDF,
    a_firm,
    accept_all,
    another_park,
    form,
    somebody,
)
from tests.integration.waste.consignments.world import WASTE_CODE, World, build

API = "/api/v1"
APPLICATIONS = f"{API}/licence-applications"
NEW = {"kind": "new", "licence": LICENCE}


@pytest.fixture
def world(database) -> World:
    return build(database, has_plan=False, **FULL)


def seen(etag):
    return {"If-Match": etag}


def test_a_licence_is_handed_in_queried_answered_approved_and_its_capacity_shows(world, client_of):
    firm_id = a_firm(world, is_recycler=True)
    firm = client_of(somebody(world, Role.RECYCLER, firm_id))
    park = client_of(world.operator.user_id)

    made = firm.post(APPLICATIONS, data=form(NEW | {"licence": LICENCE | {"yearly_scale_kg": "3000000"}}))
    address = f"{APPLICATIONS}/{made.json['id']}"
    assert (made.status_code, made.json["state"], made.headers["ETag"]) == (201, "submitted", '"1"')
    assert [one["id"] for one in park.get(APPLICATIONS).json["items"]] == [made.json["id"]]

    etag = accept_all(park, address, made.headers["ETag"], but={"yearly_scale": "正本上是 2000 吨"})
    early = park.post(f"{address}/approval", json={}, headers=seen(etag))
    queried = park.post(f"{address}/queries", json={}, headers=seen(etag))
    mute = firm.post(f"{address}/answer", data=form(
        {"licence": LICENCE | {"yearly_scale_kg": "3000000"}}, None), headers=seen(queried.headers["ETag"]),
    )  # fmt: skip
    answered = firm.post(
        f"{address}/answer", data=form({"licence": LICENCE}, None), headers=seen(queried.headers["ETag"])
    )
    assert [one.status_code for one in (early, queried, mute, answered)] == [409, 200, 422, 200]
    assert [one["pointer"] for one in mute.json["errors"]] == ["#/application/answers/yearly_scale"]
    assert (answered.json["round"], "yearly_scale" in answered.json["verdicts"]) == (2, False)

    accepted = park.put(
        f"{address}/fields/yearly_scale",
        json={"is_accepted": True},
        headers=seen(answered.headers["ETag"]),
    )
    done = park.post(f"{address}/approval", json={}, headers=seen(accepted.headers["ETag"]))

    assert (done.status_code, done.json["state"]) == (200, "approved")
    (shown,) = firm.get(f"{API}/licences", query_string={"organisation_id": str(firm_id)}).json["items"]
    assert shown["id"] == done.json["licence_id"]
    assert (shown["left_kg"], shown["used_kg"]) == ("2000000.000", "0.000")
    assert shown["lines"] == [
        {
            "category": "HW06", "waste_code": WASTE_CODE, "method": "R2", "yearly_scale_kg": "500000.000",
            "used_kg": "0.000", "reserved_kg": "0.000", "left_kg": "500000.000",
        }
    ]  # fmt: skip


def test_a_renewal_is_an_edition_that_shares_the_years_use_and_a_file_tells_the_year(world, client_of):
    firm, park = client_of(world.consignee.user_id), client_of(world.operator.user_id)
    source, year = new_id(), world.now.year
    with world.doing(world.consignee) as work:
        operations.reserve_capacity(
            work, world.licence_id, {WASTE_CODE: Grams(1_500)},
            source_kind=CapacitySource.TRADE, source_id=source, event_id=new_id(), note="=CMD()",
        )  # fmt: skip
        operations.use_licence(
            work, world.licence_id, {WASTE_CODE: Grams(250_000)}, consignment_id=new_id(), event_id=new_id()
        )
    renewal = {"kind": "renewal", "licence_id": str(world.licence_id), "licence": LICENCE}
    made = firm.post(APPLICATIONS, data=form(renewal))
    address = f"{APPLICATIONS}/{made.json['id']}"
    etag = accept_all(park, address, made.headers["ETag"])
    done = park.post(f"{address}/approval", json={}, headers=seen(etag))
    edition = f"{API}/licences/{done.json['licence_id']}"

    shown = firm.get(edition).json
    assert shown["replaces_id"] == str(world.licence_id)
    assert (shown["used_kg"], shown["reserved_kg"], shown["left_kg"]) == ("250.000", "1.500", "1999748.500")
    sheet = firm.get(f"{edition}/entries/{year}.csv")
    rows = list(DictReader(StringIO(sheet.data.decode("utf-8-sig"))))
    assert [row["质量（t）"] for row in rows] == ["0.0015", "0.2500"]
    assert rows[0]["编号"] == "'=CMD()"
    workbook = ZipFile(BytesIO(firm.get(f"{edition}/entries/{year}.xlsx").data))
    assert WASTE_CODE in "".join(workbook.read(name).decode() for name in workbook.namelist())
    assert len(firm.get(f"{edition}/entries/{year + 1}.csv").data.splitlines()) == 1
    assert firm.get(f"{edition}/entries/9999.csv").status_code == 404


def test_a_suspension_has_days_is_lifted_and_a_revocation_is_final(world, client_of):
    park, firm = client_of(world.operator.user_id), client_of(world.consignee.user_id)
    address = f"{API}/licences/{world.licence_id}"
    last = (world.now.date() + timedelta(days=10)).isoformat()
    first = world.now.date().isoformat()

    def change(client, etag='"1"', **body):
        return client.post(f"{address}/state", json=body, headers=seen(etag))

    wrong_role = change(firm, state="suspended")
    backwards = change(park, state="suspended", from_on=last, to_on=first)
    suspended = change(park, state="suspended", from_on=first, to_on=last, reason="整改")
    stale = change(park, state="valid")
    lifted = change(park, suspended.headers["ETag"], state="valid")
    revoked = change(park, lifted.headers["ETag"], state="revoked")
    too_late = change(park, revoked.headers["ETag"], state="valid")

    statuses = [
        one.status_code for one in (wrong_role, backwards, suspended, stale, lifted, revoked, too_late)
    ]
    assert statuses == [403, 422, 200, 412, 200, 200, 409]
    assert [suspended.json[name] for name in ("state", "suspended_from", "suspended_to")] == [
        "suspended",
        first,
        last,
    ]
    assert (lifted.json["state"], lifted.json["suspended_from"]) == ("valid", None)
    assert revoked.json["ended_on"]


def test_every_act_needs_the_version_it_was_decided_on(world, client_of):
    firm, park = client_of(world.consignee.user_id), client_of(world.operator.user_id)
    keeper = client_of(somebody(world, Role.CARRIER, world.carrier.organisation_id))
    made = firm.post(APPLICATIONS, data=form(NEW))
    address = f"{APPLICATIONS}/{made.json['id']}"
    licence = f"{API}/licences/{world.licence_id}"
    vehicle = {"plate": "演AD0712", "approved_load_kg": "1", "valid_to": "2027-01-01"}
    acts = [
        (park.put, f"{address}/fields/number", {"is_accepted": True}),
        (park.post, f"{address}/queries", {}),
        (park.post, f"{address}/approval", {}),
        (firm.post, f"{address}/withdrawal", {}),
        (park.post, f"{licence}/state", {"state": "suspended"}),
        (firm.post, f"{licence}/renewal-filing", {"filed_on": "2026-01-01"}),
        (keeper.put, f"{API}/vehicles/{world.vehicle_id}", vehicle),
        (keeper.post, f"{API}/vehicles/{world.vehicle_id}/end", {}),
        (keeper.post, f"{API}/crew-members/{world.driver_id}/end", {}),
    ]

    missing = [act(path, json=body).status_code for act, path, body in acts]
    stale = [act(path, json=body, headers=seen('"77"')).status_code for act, path, body in acts]
    answer = [
        firm.post(f"{address}/answer", data=form({"licence": LICENCE}, None), headers=headers).status_code
        for headers in ({}, seen('"77"'))
    ]

    assert (set(missing), set(stale), answer) == ({428}, {412}, [428, 412])
    assert firm.get(address).headers["ETag"] == '"1"'


def test_documents_are_pdf_or_pictures_and_problems_point_into_the_request(world, client_of):
    firm = client_of(world.consignee.user_id)
    wrong = NEW | {
        "licence": LICENCE | {"number": " ", "yearly_scale_kg": "0", "lines": [{"waste_code": "x"}]}
    }

    refused = {
        "empty": firm.post(APPLICATIONS, data=form(NEW, b"")),
        "text": firm.post(APPLICATIONS, data=form(NEW, b"MZ\x90 not a picture", "许可证.pdf")),
        "none": firm.post(APPLICATIONS, data=form(NEW, None)),
        "no json": firm.post(APPLICATIONS, data=form("{")),
        "no object": firm.post(APPLICATIONS, data=form("[1]")),
        "shape": firm.post(APPLICATIONS, data=form(NEW | {"licence": LICENCE | {"issued_on": "gestern"}})),
        "sense": firm.post(APPLICATIONS, data=form(wrong)),
    }

    pointers = {name: {one["pointer"] for one in answer.json["errors"]} for name, answer in refused.items()}
    assert pointers == {
        "empty": {"#/file"},
        "text": {"#/file"},
        "none": {"#/file"},
        "no json": {"#/application"},
        "no object": {"#/application"},
        "shape": {"#/application/licence/issued_on"},
        "sense": {f"#/application/licence/{name}" for name in ("number", "yearly_scale_kg", "lines/0")},
    }
    assert {answer.status_code for answer in refused.values()} == {422}
    assert "PDF" in refused["text"].json["errors"][0]["detail"]
    assert firm.get(APPLICATIONS).json["items"] == []


def test_the_wrong_role_is_refused_and_a_foreign_firm_or_park_finds_nothing(world, client_of):
    firm, park = client_of(world.consignee.user_id), client_of(world.operator.user_id)
    rival = client_of(somebody(world, Role.RECYCLER, a_firm(world, is_recycler=True)))
    elsewhere = client_of(somebody(world, Role.PARK_OPERATOR, park_id=another_park(world)))
    producer, driver = client_of(world.consignor.user_id), client_of(world.carrier.user_id)
    made = firm.post(APPLICATIONS, data=form(NEW))
    address, first = f"{APPLICATIONS}/{made.json['id']}", seen('"1"')
    vehicle = {
        "organisation_id": str(world.carrier.organisation_id), "plate": "演AD0799", "approved_load_kg": "1",
        "valid_to": "2027-01-01",
    }  # fmt: skip
    yes, whole = {"is_accepted": True}, {"licence": LICENCE}

    refused = [
        producer.post(APPLICATIONS, data=form(NEW, b"")),
        park.post(APPLICATIONS, data=form(NEW)),
        firm.put(f"{address}/fields/number", json=yes, headers=first),
        firm.post(f"{address}/approval", json={}, headers=first),
        park.post(f"{address}/withdrawal", json={}, headers=first),
        firm.post(
            f"{API}/licences", json=LICENCE | {"organisation_id": str(world.consignee.organisation_id)}
        ),
        driver.get(f"{API}/licences"),
        driver.post(f"{API}/vehicles", json=vehicle),
        producer.post(f"{API}/vehicles", json=vehicle),
    ]
    hidden = [
        rival.get(address),
        rival.post(f"{address}/withdrawal", json={}, headers=first),
        rival.post(f"{address}/answer", data=form(whole, None), headers=first),
        rival.post(
            f"{API}/licences/{world.licence_id}/renewal-filing",
            json={"filed_on": "2026-01-01"},
            headers=first,
        ),
        rival.post(
            APPLICATIONS, data=form({"kind": "renewal", "licence_id": str(world.licence_id), **whole})
        ),
        elsewhere.get(address),
        elsewhere.put(f"{address}/fields/number", json=yes, headers=first),
        elsewhere.post(f"{address}/approval", json={}, headers=first),
        park.put(f"{APPLICATIONS}/{new_id()}/fields/number", json=yes, headers=first),
    ]

    assert [one.status_code for one in refused] == [403] * len(refused)
    assert [one.status_code for one in hidden] == [404] * len(hidden)
    assert [rival.get(APPLICATIONS).json["items"], elsewhere.get(APPLICATIONS).json["items"]] == [[], []]


def test_the_same_key_twice_hands_in_once(world, client_of):
    firm, key = client_of(world.consignee.user_id), {"Idempotency-Key": "hand-in-1"}

    first, second = (firm.post(APPLICATIONS, data=form(NEW), headers=key) for _ in range(2))
    other = firm.post(APPLICATIONS, data=form(NEW, PDF + b" other"), headers=key)
    one_more = firm.post(APPLICATIONS, data=form(NEW))

    assert (first.status_code, second.json) == (201, first.json)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, one_more.status_code) == (409, 409)
    assert len(firm.get(APPLICATIONS).json["items"]) == 1


def test_what_is_withdrawn_is_decided_and_leaves_room_for_the_next(world, client_of):
    firm, park = client_of(world.consignee.user_id), client_of(world.operator.user_id)
    made = firm.post(APPLICATIONS, data=form(NEW))
    address = f"{APPLICATIONS}/{made.json['id']}"
    etag = accept_all(park, address, made.headers["ETag"])

    gone = firm.post(f"{address}/withdrawal", json={}, headers=seen(etag))
    late = park.post(f"{address}/approval", json={}, headers=seen(gone.headers["ETag"]))

    assert (gone.json["state"], late.status_code) == ("withdrawn", 409)
    assert firm.post(APPLICATIONS, data=form(NEW)).status_code == 201


def test_a_carriers_staff_keeps_permit_vehicle_and_crew(world, client_of):
    own = {"organisation_id": str(world.carrier.organisation_id)}
    keeper = client_of(somebody(world, Role.CARRIER, world.carrier.organisation_id))
    rival = client_of(somebody(world, Role.CARRIER, a_firm(world, is_carrier=True)))
    things = {
        "carrier-permits": ({"number": "演交危运 2", "classes": ["8"], "valid_to": "2028-01-01"}, "issuer", "演示市交通局"),
        "vehicles": (
            {"plate": "演A·D0799", "approved_load_kg": "9000.5", "valid_to": "2028-01-01"}, "approved_load_kg", "9500.000",
        ),
        "crew-members": ({"name": "甲", "certificate": "演驾 9", "valid_to": "2028-01-01"}, "is_escort", True),
    }  # fmt: skip

    for kind, (content, field, value) in things.items():
        path = f"{API}/{kind}"
        bad = keeper.post(path, json=own | content | {"valid_from": "2029-01-01"})
        made = keeper.post(path, json=own | content)
        thing, etag = f"{path}/{made.json['id']}", made.headers["ETag"]
        changed = keeper.put(thing, json=content | {field: value}, headers=seen(etag))
        foreign = rival.put(thing, json=content, headers=seen(changed.headers["ETag"]))
        ended = keeper.post(f"{thing}/end", json={}, headers=seen(changed.headers["ETag"]))
        again = keeper.post(f"{thing}/end", json={}, headers=seen(ended.headers["ETag"]))
        statuses = [one.status_code for one in (bad, made, changed, foreign, ended, again)]
        assert (kind, statuses) == (kind, [422, 201, 200, 404, 200, 409])
        assert (changed.json[field], bad.json["errors"][0]["pointer"]) == (value, "#/valid_to")
        assert ended.json["ended_on"]

    empty = keeper.post(
        f"{API}/vehicles", json=own | {"plate": "X", "approved_load_kg": "0", "valid_to": "2028-01-01"}
    )
    assert {one["pointer"] for one in empty.json["errors"]} == {"#/plate", "#/approved_load_kg"}
    (fleet,) = keeper.get(f"{API}/carriers", query_string={"carrier_id": own["organisation_id"]}).json[
        "items"
    ]
    assert [one["plate"] for one in fleet["vehicles"]] == ["演AD0712"]
    assert fleet["permit"]["number"] == "演交危运 0000123"


def test_of_two_who_approve_or_hand_in_at_once_one_does(throwaway_database, tmp_path):
    world = build(throwaway_database, has_plan=False, **FULL)
    address = throwaway_database.engine.url.render_as_string(hide_password=False)
    application = create_app(a_config(address, tmp_path), database=throwaway_database)
    people = {
        "park": [world.operator.user_id, somebody(world, Role.PARK_OPERATOR)],
        "firm": [world.consignee.user_id, somebody(world, Role.RECYCLER, world.consignee.organisation_id)],
    }
    with world.doing(world.operator) as work:
        emails = {one.id: one.email for one in work.session.scalars(select(User))}
        tokens = {
            side: [issue_token(work, IssueToken(emails[one], ("write",), side)) for one in both]
            for side, both in people.items()
        }

    def at_once(side, path, **request):
        start = Barrier(2)

        def act(token):
            client = application.test_client()
            sent = {name: value() if callable(value) else value for name, value in request.items()}
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())} | sent.pop(
                "headers", {}
            )
            start.wait()
            return client.post(path, headers=headers, **sent)

        with ThreadPoolExecutor(2) as threads:
            return sorted(threads.map(act, tokens[side]), key=lambda answer: answer.status_code)

    made, twin = at_once("firm", APPLICATIONS, data=lambda: form(NEW))
    assert (made.status_code, twin.status_code) == (201, 409)
    park = application.test_client()
    park.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens['park'][0]}"
    etag = accept_all(park, f"{APPLICATIONS}/{made.json['id']}", '"1"')
    done, late = at_once("park", f"{APPLICATIONS}/{made.json['id']}/approval", json={}, headers=seen(etag))

    assert done.status_code == 200
    assert late.status_code in (409, 412)
    with world.seeing(world.operator) as work:
        counts = [
            work.session.scalar(select(func.count()).select_from(one))
            for one in (LicenceApplication, OperatingLicence)
        ]
    assert counts == [1, 2]
