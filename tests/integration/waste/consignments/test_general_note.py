"""The paper of a transfer of general waste: its own note, by page and by API; hazardous waste keeps its manifest."""

import pytest

from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import new_key
from app.waste.consignments import operations
from app.waste.consignments.commands import RejectConsignment
from tests.integration.waste.consignments.general_world import TONNE, build_general
from tests.unit.foundation.documents.reading import page_sizes_mm, pdf_text, squeezed


@pytest.fixture
def general(world, app):
    with world.doing(world.operator) as work:
        new_key(work, app.extensions["house"].keyring, KeyPurpose.QR)
    general = build_general(world)
    general.batch(9)
    return general


def printed(client, trip, language="zh"):
    answer = client.get(f"/consignments/{trip.number}/manifest.pdf?lang={language}")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert page_sizes_mm(answer.data) == [(210.0, 297.0)]
    return squeezed(pdf_text(answer.data))


def test_the_note_of_what_was_received(world, general, client_of):
    trip = general.accept(
        general.arrived(8, emergency_measures="篷布覆盖", via="环湖大道"), 6 * TONNE, note="雨水沥出"
    )

    text = printed(client_of(world.consignor.user_id), trip)

    for part in (
        "一般工业固体废物转移单",
        trip.number,
        trip.short_code,
        "已接受",
        "废塑料900-099-S17散装8000.06000.0-2000.0",
        "R3回收有机物",
        "篷布覆盖",
        "环湖大道",
        "差异说明雨水沥出",
    ):
        assert part in text, part
    assert text.count("已电子签名") == 3
    assert "危险特性" not in text and "联单编号" not in text


def test_a_draft_and_a_refused_load_say_what_they_are(world, general, client_of):
    draft = general.draft(1)
    refused = world.do(
        world.consignee,
        operations.reject_consignment,
        general.arrived(3),
        RejectConsignment,
        reason="混有泥土",
    )
    client = client_of(world.consignor.user_id)

    assert "草稿" in printed(client, draft)
    text = printed(client, refused)
    assert "拒收或作废理由混有泥土" in text
    assert "差异说明" not in text


def test_the_same_by_api_and_in_english(world, general, client_of):
    trip = general.departed(8)
    client = client_of(world.carrier.user_id)

    answer = client.get(f"/api/v1/consignments/{trip.id}/manifest.pdf?lang=en")

    text = squeezed(pdf_text(answer.data))
    assert "Transfernoteofgeneralindustrialwaste" in text
    assert "8000.0" in text and "HazardousWasteTransferManifest" not in text
    assert "Bulk8000.0" in text and "散装" not in text
