"""The page from arrival to result, by forms alone: what no script helps with has to work too."""

from io import BytesIO

import pytest

from app.foundation.core.clock import local_day, utc_now
from app.waste.consignments.models import Verdict
from tests.integration.waste.consignments.test_pages import PIN, act, pins, qr_key
from tests.integration.waste.consignments.test_scenarios_receipt import confirm, judge, reject, report
from tests.integration.waste.consignments.world import ALL_CHECKS, DRUM

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
__all__ = ["pins", "qr_key"]  # fixtures of the pages' own tests
PDF = b"%PDF-1.4 certificate"


def test_a_drum_is_refused_and_comes_back_and_the_rest_is_used(world, client_of):
    drums = world.drums(3)
    trip = world.arrived(drums)
    recycler, producer = client_of(world.consignee.user_id), client_of(world.consignor.user_id)
    path = f"/consignments/{trip.number}"

    page = act(
        recycler, recycler.get(path), "weighings", code=drums[0].short_code, gross_kg="204.6", tare_kg="18.2"
    )
    page = act(recycler, page, "weighings", code=drums[1].short_code, net_kg="118.4")
    assert "还差 1 件过磅、1 项超差处理" in page.text
    assert "复磅" in page.text and "按实收接收并说明" in page.text and "拒收这一件" in page.text
    page = act(recycler, page, "verdicts", code=drums[2].short_code, verdict="refused", note="桶身凹陷")
    assert "已拒收" in page.text and "桶身凹陷" in page.text
    page = act(recycler, page, "discrepancy", code=drums[1].short_code, kind="quantity", note="桶底渗漏")
    assert "移出人可见：自" in producer.get(path).text  # the consignor sees it at once
    page = act(
        recycler,
        page,
        "authority-notice",
        authority="澄湖分局",
        informed_on=local_day(utc_now()),
        reference="",
    )
    page = act(recycler, page, "tare", gate_tare_kg="8,500")
    assert "地磅净重" in page.text
    page = act(recycler, page, "receipt", factor_code=PIN, checks=list(ALL_CHECKS), **{"methods-1": "R2"})
    assert "已签收" in page.text and "部分接受" in page.text

    back = producer.get(path)
    assert "还有 1 件未退回" in back.text
    back = act(producer, back, "returned-containers", code=drums[2].short_code, zone_id=world.zone_id)
    assert "已退回入库" in back.text


def test_results_are_told_with_their_certificate_to_the_consignor(world, client_of):
    trip = confirm(world, world.accept(world.weighed(world.drums(1), [DRUM])))
    recycler, producer = client_of(world.consignee.user_id), client_of(world.consignor.user_id)
    path = f"/consignments/{trip.number}"

    page = recycler.get(path)
    assert 'enctype="multipart/form-data"' in page.text
    values = {
        "line_number": "1",
        "method_code": "R2",
        "started_on": "2026-11-20",
        "finished_on": "2026-11-20",
    }
    certificate = (BytesIO(PDF), "证明.pdf")
    page = act(
        recycler,
        page,
        "results",
        mass_kg="186.4",
        residue_note="残渣 2 kg",
        certificate=certificate,
        **values,
    )
    assert "已全部上报" in page.text

    shown = producer.get(path)
    assert "R2 溶剂回收/再生" in shown.text and "残渣 2 kg" in shown.text
    address = shown.text.split('href="')
    [download] = [one.split('"')[0] for one in address if "/results/" in one]
    assert producer.get(download).data == PDF
    assert client_of(world.operator.user_id).get(path).status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_end_is_a_page_for_every_viewer(world, client_of, language):
    drums = world.drums(4)
    missing = judge(world, world.weigh(world.arrived(drums[:2]), drums[0], DRUM), drums[1], Verdict.MISSING)
    ends = [
        report(world, missing),
        reject(world, world.arrived(drums[2:3])),
        world.accept(world.weighed(drums[3:], [DRUM])),
    ]
    for viewer in (world.consignor, world.consignee, world.carrier, world.operator):
        for trip in ends:
            shown = client_of(viewer.user_id).get(f"/consignments/{trip.number}?lang={language}")
            assert shown.status_code == 200
            assert trip.number in shown.text
