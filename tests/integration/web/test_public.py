"""The pages our QR codes open, for anybody."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.foundation.core.clock import utc_now
from app.foundation.core.units import Grams
from app.foundation.core.work import Actor
from app.foundation.documents.qr import container_url, parse
from app.foundation.documents.qr_revocation import print_name
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key, signer
from app.oversight.inspection.operations import revoke_key
from app.parties.accounts.permissions import PARK_ROLES, Role
from app.waste.consignments.models import Consignment
from app.waste.storage.commands import VoidContainer
from app.waste.storage.operations.containers import void_container
from app.waste.storage.revoked_codes import revoke_print
from tests.integration.oversight.inspection import world as roads
from tests.integration.waste.storage.world import build

HOST = "https://elsewhere.example"
WEIGHED = Grams(186_000)


@pytest.fixture
def keyring(app) -> Keyring:
    return app.extensions["house"].keyring


@pytest.fixture
def world(database, keyring):
    return build(database, keyring)


@pytest.fixture
def drum(world, database):
    with database.writing(world.actor) as work:
        return world.registered(work)


def qr_of(database, keyring, container, grams=WEIGHED):
    """The path a camera opens, as printed on the label."""
    with database.reading(Actor.system()) as work:
        key = signer(work, keyring, KeyPurpose.QR)
    return container_url(HOST, container.code, grams, frozenset({"T", "I"}), key).removeprefix(HOST)


def page(client, path):
    answer = client.get(path)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_printed_label_opens_its_page_for_anybody_in_either_case(client, drum, database, keyring):
    path = qr_of(database, keyring, drum)

    for text in (path, path.lower(), path.upper()):
        status, words = page(client, text)
        assert status == 200
        assert "标签有效" in words
        for shown in (
            "乙酸丁酯",
            "900-402-06",
            "青梧涂料（演示）有限公司",
            drum.code,
            drum.short_code,
            "演示标签",
        ):
            assert shown in words


def test_it_shows_no_persons_phones_or_places(client, drum, database, keyring):
    _status, words = page(client, qr_of(database, keyring, drum))

    for hidden in ("陆青岚", "000-0000-1234", "1# 危废贮存库"):
        assert hidden not in words


def test_a_changed_code_or_payload_is_called_forged(client, drum, database, keyring):
    path = qr_of(database, keyring, drum)
    altered = path[:-9] + ("A" if path[-9] != "A" else "B") + path[-8:]
    other = path.replace(drum.code, drum.code[:-1] + ("2" if drum.code[-1] != "2" else "3"))

    assert "二维码无效" in page(client, altered)[1]
    status, words = page(client, other)
    assert (status, "二维码无效" in words) == (404, True)


def test_an_unknown_key_cannot_be_told(client, drum, database, keyring):
    stranger = Keyring(bytes(32))
    with database.writing(Actor.system()) as work:
        key = new_key(work, stranger, KeyPurpose.QR)
        foreign = signer(work, stranger, KeyPurpose.QR)
        work.session.delete(key)
    path = container_url(HOST, drum.code, Grams(1), frozenset(), foreign).removeprefix(HOST)

    status, words = page(client, path)

    assert (status, "无法判断真伪" in words) == (200, True)


def test_a_bare_code_is_looked_up_without_a_claim_of_truth(client, drum):
    status, words = page(client, f"/W/{drum.code}")

    assert (status, "编号已登记" in words) == (200, True)
    assert "标签有效" not in words


def test_an_old_weight_and_a_voided_code_are_told(client, world, database, keyring):
    with database.writing(world.actor) as work:
        old = world.registered(work)
        gone = world.registered(work, net_kg=None)
        void_container(work, gone.id, VoidContainer("贴错"))

    assert "标签不是最新的" in page(client, qr_of(database, keyring, old, None))[1]
    assert "编码已作废" in page(client, qr_of(database, keyring, gone, None))[1]


@pytest.mark.parametrize(
    "path",
    [
        "/W/91330100MA2DEMK01D9004020620261118999",
        "/W/nothing",
        "/W/nothing/AAAA",
        "/M/M-2611-9999",
        "/M/%E4%B8%80",
        "/w/%00/x",
        "/M/" + "A" * 500,
    ],
)
def test_what_is_not_ours_is_met_with_advice(client, world, path):
    status, words = page(client, path)

    assert status == 404
    assert "不要扫描可疑的二维码和链接" in words


def test_a_page_takes_at_most_two_statements(client, drum, database, keyring, count_statements):
    path = qr_of(database, keyring, drum)

    with count_statements() as sent:
        client.get(path)

    assert len(sent) <= 2, sent


def test_who_is_signed_in_gets_a_way_to_the_container(client_of, world, drum):
    words = page(client_of(world.people["producer"]), f"/W/{drum.code}")[1]

    assert f'href="/containers/{drum.code}"' in words


def test_a_manifest_on_the_road_opens_without_persons(client, database, keyring):
    built = roads.build(database, keyring)
    signed = built.consignment_qr().partition(".example")[2]

    status, words = page(client, signed)
    bare = page(client, "/m/m-2611-0409")[1]

    assert status == 200
    assert "二维码已过有效期" in words or "联单有效" in words
    for shown in ("M-2611-0409", "演A·D0712", "云栈溶剂再生", built.consignment_short_code):
        assert shown in words
    assert "联单已登记" in bare
    assert "000-1" not in words


def on_the_road(database, keyring, **changes):
    """A consignment whose code ends in four hours, and its path."""
    built = roads.build(database, keyring)
    now = utc_now()
    window = {"issued_at": now - timedelta(hours=2), "expires_at": now + timedelta(hours=4)}
    return built, built.consignment_qr(**{**window, **changes}).partition(".example")[2]


def test_how_long_a_code_is_past_its_end_is_told_in_words(client, database, keyring):
    _built, path = on_the_road(database, keyring, expires_at=utc_now() - timedelta(minutes=65))

    assert "有效期已过 1 小时" in page(client, path)[1]


def test_a_corrected_an_ended_and_a_manifest_of_a_compromised_key_are_told(client, database, keyring):
    built, path = on_the_road(database, keyring)
    assert "联单有效" in page(client, path)[1]

    with database.writing(Actor.system()) as work:
        work.session.execute(update(Consignment).values(state="accepted", closed_at=work.now))
    ended = page(client, path)[1]
    with database.writing(Actor.system()) as work:
        printed = print_name(parse(f"{HOST}{path}"))
        revoke_print(work, "consignment", built.consignment_id, printed, event_id=built.consignment_id)
    corrected = page(client, path)[1]
    with database.writing(Actor.system()) as work:
        revoke_key(work, built.signer.key_id.hex(), "backup lost")
    told = page(client, path)[1]

    assert "联单已结束" in ended
    assert "联单已更正" in corrected
    assert "密钥已撤销" in told
    assert "联单无效" not in told


def test_no_page_shows_a_phone_or_a_person_to_a_stranger(client, database, keyring):
    built, path = on_the_road(database, keyring)
    label = built.container_qr(built.stored).partition(".example")[2]

    for shown in (path, label, f"/F/TS001/{built.facility_id}"):
        status, words = page(client, shown)
        assert status == 200
        for hidden in ("000-1", "000-2", "贺云舟"):
            assert hidden not in words


def test_the_checkpoints_are_a_link_away_for_the_public_and_for_whoever_watches(
    database, keyring, world, drum, client, client_of
):
    link = 'href="/trace/checkpoints"'

    for path in ("/sign-in", qr_of(database, keyring, drum)):
        status, words = page(client, path)
        assert (status, link in words) == (200, True), path
    for role in PARK_ROLES:
        words = client_of(world.people[role]).get("/containers").text
        assert link in words.partition('id="nav"')[2].partition("</nav>")[0], role
    firm = client_of(world.people[Role.PRODUCER]).get("/containers").text
    assert link in firm.partition('class="demo"')[2].partition("</footer>")[0]
