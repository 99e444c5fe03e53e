"""The list as files, and what it is narrowed to: the same rows on the page, in the API and in the file."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest

from app.foundation.core.errors import NotPermitted
from app.foundation.core.work import Actor
from app.jobs import consignment_exports
from app.jobs.handlers import HANDLERS
from app.jobs.running import do_next
from app.waste.consignments.exporting import HEADER, export_rows
from app.waste.consignments.queries import ConsignmentFilter, consignments_page
from app.waste.consignments.queries import exports as exporting
from app.waste.consignments.queries.exports import exported_count, exported_lines
from app.waste.consignments.workflow import ConsignmentState
from tests.integration.waste.consignments.world import DRUM, TODAY, WASTE_CODE


@pytest.fixture
def trips(world):
    """One accepted, one on the road, one submitted and one draft."""
    return [
        world.accept(world.weighed(world.drums(), [DRUM, DRUM])),
        world.departed(),
        world.submitted(),
        world.draft(),
    ]


def listed(world, actor=None, **wanted):
    with world.seeing(actor or world.consignor) as work:
        rows = consignments_page(work, wanted=ConsignmentFilter(**wanted)).rows
        lines = list(exported_lines(work, None, ConsignmentFilter(**wanted)))
        assert exported_count(work, 100, None, ConsignmentFilter(**wanted)) == len(lines)
    assert {line.consignment.id for line in lines} == {row.consignment.id for row in rows}
    return {row.consignment.number for row in rows}


def test_each_condition_narrows_the_page_and_the_file_alike(world, trips):
    numbers = [trip.number for trip in trips]

    assert listed(world) == set(numbers)
    assert listed(world, text=numbers[1].lower()) == {numbers[1]}
    assert listed(world, state=ConsignmentState.SUBMITTED) == {numbers[2]}
    assert listed(world, waste_code="900-402") == set(numbers)
    assert listed(world, waste_code="08") == set()
    assert listed(world, partner="云栈") == set(numbers)
    assert listed(world, partner="别的") == set()
    assert listed(world, plate="d0712") == set(numbers)
    assert listed(world, plate="演B") == set()
    assert listed(world, first=TODAY, last=TODAY) == set(numbers)
    assert listed(world, first=TODAY + timedelta(days=1)) == set()
    assert listed(world, last=TODAY - timedelta(days=1)) == set()
    assert listed(world, state=ConsignmentState.DRAFT, plate="D0712") == {numbers[3]}
    assert listed(world, world.consignee) == set(numbers[:3])


def test_the_file_is_whole_in_batches_of_any_size(world, trips, monkeypatch, count_statements):
    monkeypatch.setattr(exporting, "BATCH", 2)

    with world.seeing(world.consignor) as work, count_statements() as sent:
        rows = list(export_rows(exported_lines(work), str))

    assert [row[0] for row in rows] == [trip.number for trip in reversed(trips)]
    assert {len(row) for row in rows} == {len(HEADER)}
    assert len(sent) <= 6
    accepted = dict(zip(map(str, HEADER), rows[-1], strict=True))
    assert accepted["废物代码"] == WASTE_CODE and accepted["状态"] == "已接受"
    assert str(accepted["移出量 t"]) == str(accepted["接受量 t"])
    waybill = ("危险货物运单编号", "联合国编号", "类别项别", "次要危险性", "包装类别")
    assert [accepted[name] for name in waybill] == [f"YD-{rows[-1][0]}", "UN1993", "3", "6.1", "II"]


def test_page_api_and_both_files_say_the_same(world, trips, client_of):
    browser = client_of(world.consignor.user_id)
    narrowed = f"state=in_transit&q={trips[1].number}"

    page = browser.get(f"/consignments/?bucket=open&{narrowed}")
    api = browser.get(f"/api/v1/consignments?{narrowed}").json["items"]
    as_csv = browser.get(f"/consignments/export?bucket=open&form=csv&{narrowed}")
    as_xlsx = browser.get(f"/api/v1/consignments/export.xlsx?{narrowed}")
    nonsense = browser.get("/consignments/?bucket=open&state=nonsense&first=31.12.2026")

    assert [item["number"] for item in api] == [trips[1].number]
    assert trips[1].number in page.text and trips[2].number not in page.text
    assert page.text.count('class="chip on"') == 2
    table = list(csv.reader(StringIO(as_csv.data.decode("utf-8-sig"))))
    assert [row[0] for row in table[1:]] == [trips[1].number]
    sheet = openpyxl.load_workbook(BytesIO(as_xlsx.data)).worksheets[0]
    assert sheet.max_row == 2 and sheet["A2"].value == trips[1].number
    assert nonsense.status_code == 200 and 'class="chip on"' not in nonsense.text
    assert browser.get("/api/v1/consignments?state=nonsense").status_code == 422


def test_a_long_list_is_written_in_the_background(world, trips, client_of, app, monkeypatch):
    monkeypatch.setattr(consignment_exports, "BACKGROUND_LINES", 2)
    browser = client_of(world.consignor.user_id)

    asked = browser.get("/api/v1/consignments/export.csv")
    sent = browser.get("/consignments/export?bucket=open&form=csv")
    house = app.extensions["house"]
    with app.app_context():
        while do_next(house, HANDLERS):
            pass
    job = browser.get(asked.headers["Location"]).json
    file = browser.get(f"{asked.headers['Location']}/file")

    assert asked.status_code == 202 and sent.status_code == 303 and "/jobs/" in sent.location
    assert job["state"] == "done" and job["result"]["row_count"] == 4
    assert trips[0].number in file.data.decode("utf-8-sig")


def test_those_who_read_no_consignments_get_no_file(world):
    nobody = Actor(
        user_id=world.consignor.user_id, organisation_id=world.consignor.organisation_id, via="web"
    )
    with pytest.raises(NotPermitted), world.seeing(nobody) as work:
        list(exported_lines(work))
