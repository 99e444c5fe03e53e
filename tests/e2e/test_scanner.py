"""The scanner page: from a printed label through a camera to a verdict, with and without the platform."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.foundation.documents.label import LabelContent, label_pdf
from app.foundation.documents.qr_revocation import container_print
from app.parties.accounts.models import UserSession
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.revoked_codes import revoke_print
from tests.browser import Watch, camera_film
from tests.e2e import camera
from tests.e2e.axe import axe_violations
from tests.e2e.conftest import PHONE
from tests.e2e.scanner import Scanner, cut_off
from tests.integration.oversight.inspection import world as record
from tests.integration.people import staff_of_a_park
from tests.serving import LiveServer
from tests.unit.foundation.documents.qr_vectors import SIGNER as STRANGER
from tests.unit.foundation.documents.qr_vectors import VECTORS_FILE, path_changed

VOLUMES_ML = {"L1": 20_000, "L2": 200_000, "L3": 1_000_000}


@pytest.fixture
def world(live_server: LiveServer) -> record.World:
    return record.build(live_server.database, live_server.app.extensions["house"].keyring, now=a_while_ago())


@pytest.fixture
def open_scanner(
    live_server: LiveServer, launch: Callable[..., Browser], open_page: Callable[..., Page], tmp_path: Path
) -> Callable[..., Scanner]:
    """`open_scanner(paper)` opens the page as an inspector, with a camera that sees the PDF of a label."""

    def opened(paper: bytes | None = None, **options: Any) -> Scanner:
        settings = {**PHONE, "storage_state": signed_in(live_server), **options}
        if paper is None:
            return Scanner(open_page("/scan/", **settings))
        pdf = tmp_path / "paper.pdf"
        pdf.write_bytes(paper)
        film = camera.film_of_paper(pdf, tmp_path / "camera.mjpeg")
        browser = launch(*camera_film(film))
        return Scanner(open_page("/scan/", in_browser=browser, permissions=["camera"], **settings))

    return opened


def a_while_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def signed_in(server: LiveServer) -> dict[str, Any]:
    """Browser state of an inspector's session, without the tenth of a second that a password check takes."""
    membership = staff_of_a_park(server.database, "inspector")
    token = token_urlsafe()
    with server.database.writing(record.INSPECTOR) as work:
        work.session.add(
            UserSession(
                token_hash=sha256(token.encode()).hexdigest(), membership_id=membership.id, created_at=work.now,
                expires_at=work.now + timedelta(hours=1), ended_at=None,
            )
        )  # fmt: skip
    signer = server.app.session_interface.get_signing_serializer(server.app)
    cookie = {
        "name": "session",
        "value": signer.dumps({"_user_id": token}),
        "domain": "127.0.0.1",
        "path": "/",
    }
    flags = {"httpOnly": True, "secure": False, "sameSite": "Lax", "expires": -1}
    return {"cookies": [cookie | flags], "origins": []}


def a_label(qr_text: str, size: str = "L1", code: str = "") -> bytes:
    """The PDF of one label whose QR says `qr_text`."""
    return label_pdf(
        [
            LabelContent(
                waste_name="废有机溶剂", category="HW06", waste_code="900-402-06", form="L", hazards=("T", "I"),
                main_components="甲苯", harmful_components="甲苯", precautions="密封，远离火源", digital_code=code
                or record.code_of(1), unit_name="青梧涂料有限公司", contact="000-1", generated_on=date(2026, 11, 18),
                weight_grams=record.DRUM, volume_ml=VOLUMES_ML[size], qr_text=qr_text, short_code="7H3K-9PX2-8",
            )
        ]
    )  # fmt: skip


def test_both_readers_agree_on_the_shared_vectors(open_scanner: Callable[..., Scanner]) -> None:
    page = open_scanner().page

    wrong = page.evaluate(
        """async ({at, keys, list_keys: listKeys, lists, cases}) => {
            const {parse, verify} = await import("/static/js/scan/payload.mjs");
            const {readRevocations, standing} = await import("/static/js/scan/revocations.mjs");
            const {localVerdict} = await import("/static/js/scan/local_verdict.mjs");
            const {isSignedByNoble} = await import("/static/js/scan/signature.mjs");
            const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
            const sorted = (claim) => JSON.stringify(Object.entries(claim).sort());
            const known = (list) => new Map(list.map((key) => [key.key_id, bytes(key.public_key)]));
            const publicKeys = known(keys);
            const wrong = [];
            let held = null;
            for (const {name, signed, is_list: isList} of lists) {
                const raw = Uint8Array.from(atob(signed), (character) => character.charCodeAt(0));
                const list = await readRevocations(raw, known(listKeys));
                if ((list !== null) !== isList) wrong.push(`${name}: ${list}`);
                held ??= list;
            }
            for (const {name, text, claim, verification, standing: expected, expired} of cases) {
                const parsed = parse(text);
                parsed.claim.hazards?.sort();
                if (sorted(parsed.claim) !== sorted(claim)) wrong.push(`${name}: ${sorted(parsed.claim)}`);
                const found = await verify(parsed, publicKeys, held.keys);
                if (found !== verification) wrong.push(`${name}: ${found}`);
                const stands = await standing(parsed, held);
                if (stands !== expected) wrong.push(`${name}: ${stands}`);
                const judged = localVerdict({
                    claim: parsed.claim, verification: found, standing: stands, now: new Date(at),
                    listedAt: held.issuedAt, revokedAsOf: held.issuedAt,
                });
                const isPast = judged.reasons.some(({code, outcome}) => code === "R11" && outcome === "finding");
                if (isPast !== (expired && found === "valid")) wrong.push(`${name}: expired ${isPast}`);
                if (judged.verdict === "green") wrong.push(`${name}: green with nobody asked`);
                if (found === "unknown_key" && judged.verdict === "red") wrong.push(`${name}: called forged`);
                const {keyId, message, signature} = parsed.seal ?? {};
                if (!publicKeys.has(keyId)) continue;
                const isSigned = await isSignedByNoble(publicKeys.get(keyId), message, signature);
                if (isSigned && verification === "forged") wrong.push(`${name}: noble accepts`);
                if (!isSigned && verification === "valid") wrong.push(`${name}: noble ${isSigned}`);
            }
            return wrong;
        }""",
        json.loads(VECTORS_FILE.read_text(encoding="utf-8")),
    )

    assert wrong == []


@pytest.mark.parametrize("size", VOLUMES_ML)
def test_a_printed_label_is_read_by_the_camera_and_judged_by_the_platform(
    world: record.World, open_scanner: Callable[..., Scanner], size: str
) -> None:
    scanner = open_scanner(a_label(world.container_qr(world.travelling), size, world.travelling))

    assert (scanner.verdict, scanner.source, scanner.words) == ("green", "platform", "可以放行")
    assert set(scanner.outcomes().values()) == {"pass"}
    expect(scanner.page.locator("[data-facts-here]")).to_contain_text(world.travelling)


def test_a_forged_label_is_red_with_the_server_stopped(
    world: record.World, open_scanner: Callable[..., Scanner], live_server: LiveServer, watch: Watch
) -> None:
    scanner = open_scanner(a_label(path_changed(world.container_qr(world.travelling), -20)))
    assert scanner.verdict == "red"
    scanner.page.locator("[data-offline=ready]").wait_for(state="attached")

    cut_off(scanner.page, live_server, watch)
    scanner.page.reload()

    assert (scanner.verdict, scanner.source, scanner.words) == ("red", "device", "不得放行")
    assert scanner.outcomes() == {"R0": "finding"}


def test_without_network_a_genuine_label_is_to_be_checked_and_what_is_open_is_said(
    world: record.World, open_scanner: Callable[..., Scanner], live_server: LiveServer, watch: Watch
) -> None:
    scanner = open_scanner(a_label(world.container_qr(world.travelling)))
    assert scanner.verdict == "green"
    scanner.page.locator("[data-offline=ready]").wait_for(state="attached")

    cut_off(scanner.page, live_server, watch)
    scanner.page.reload()

    assert (scanner.verdict, scanner.source, scanner.words) == ("amber", "device", "先核对再放行")
    assert scanner.outcomes() == {"R0": "pass", "R1": "pass", "R2": "not_evaluable"}
    for age in ("本机密钥名单更新于", "本机吊销名单签发于"):
        expect(scanner.page.locator("[data-result]")).to_contain_text(age)


def test_a_voided_drum_and_a_replaced_label_are_told_with_the_server_stopped(
    world: record.World, open_scanner: Callable[..., Scanner], live_server: LiveServer, watch: Watch
) -> None:
    void_and_replace(live_server, world)
    scanner = open_scanner()
    scanner.page.locator("[data-offline=ready]").wait_for(state="attached")
    scanner.page.locator("[data-revocations='2']").wait_for()

    cut_off(scanner.page, live_server, watch)
    scanner.page.reload()
    scanner.page.locator("[data-revocations='2']").wait_for()

    found = {}
    for typed in (world.stored, world.container_qr(world.stored), world.container_qr(world.travelling)):
        scanner.type_code(typed)
        found[typed] = (scanner.verdict, scanner.outcomes())
        scanner.page.locator("[data-again]").last.click()
    typed_code, voided, replaced = found.values()
    assert (typed_code[0], voided[0], replaced[0]) == ("red", "red", "amber")
    assert voided[1] == {"R0": "pass", "R1": "finding", "R2": "not_evaluable"}
    assert replaced[1] == {"R0": "pass", "R1": "pass", "R2": "not_evaluable", "R9": "finding"}


def void_and_replace(server: LiveServer, world: record.World) -> None:
    """The stored drum is voided; the travelling one got a label of another weight."""
    with server.database.writing(record.INSPECTOR) as work:
        stored = work.session.scalars(select(Container).where(Container.code == world.stored)).one()
        stored.state = ContainerState.VOIDED
        travels = work.session.scalars(select(Container).where(Container.code == world.travelling)).one()
        old = container_print(travels.code, travels.label_mass)
        revoke_print(work, "container", travels.id, old, event_id=travels.id)
        travels.label_mass = record.Grams(180_000)


def test_the_sign_of_a_facility_opens_its_page(
    world: record.World, open_scanner: Callable[..., Scanner]
) -> None:
    scanner = open_scanner()
    scanner.page.locator("[data-scanner=no-camera]").wait_for()

    scanner.type_code(f"https://parkloop.example/F/TS001/{world.facility_id}")

    expect(scanner.page.locator("h1")).to_have_text("设施在用")
    expect(scanner.page.locator("body")).to_contain_text("1# 危废贮存库")


def test_a_label_signed_with_an_unknown_key_is_not_called_forged(
    world: record.World, open_scanner: Callable[..., Scanner], live_server: LiveServer, watch: Watch
) -> None:
    label = record.container_url_by(STRANGER, world.travelling)
    scanner = open_scanner(a_label(label))
    assert scanner.verdict == "amber"
    assert scanner.outcomes()["R0"] == "not_evaluable"
    scanner.page.locator("[data-offline=ready]").wait_for(state="attached")

    cut_off(scanner.page, live_server, watch)
    scanner.page.reload()

    assert (scanner.verdict, scanner.words) == ("amber", "先核对再放行")
    assert scanner.outcomes()["R0"] == "not_evaluable"


def test_a_photo_goes_through_the_same_reader(
    world: record.World, open_scanner: Callable[..., Scanner], tmp_path: Path
) -> None:
    pdf, photo = tmp_path / "label.pdf", tmp_path / "photo.jpg"
    pdf.write_bytes(a_label(world.container_qr(world.travelling)))
    camera.picture_of_page(pdf).rotate(20, expand=True, fillcolor="grey").convert("RGB").save(photo)
    scanner = open_scanner()
    scanner.page.locator("[data-scanner=no-camera]").wait_for()

    scanner.page.locator("[data-photo]").set_input_files(photo)

    assert scanner.verdict == "green"


def test_a_photo_without_a_code_says_so(open_scanner: Callable[..., Scanner], tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    camera.Image.new("RGB", (300, 200), "white").save(photo)
    scanner = open_scanner()
    scanner.page.locator("[data-scanner=no-camera]").wait_for()

    scanner.page.locator("[data-photo]").set_input_files(photo)

    expect(scanner.page.locator("[data-hint]")).to_contain_text("没有找到二维码")


def test_a_typed_short_code_is_found_and_a_mistyped_one_is_not(
    world: record.World, open_scanner: Callable[..., Scanner]
) -> None:
    scanner = open_scanner()
    scanner.type_code(world.stored_short_code.replace("-", "").lower())
    assert (scanner.verdict, scanner.outcomes()["R0"]) == ("amber", "not_evaluable")

    scanner.page.locator("[data-again]").last.click()
    scanner.type_code("7H3K-9PX2-9")

    assert (scanner.verdict, scanner.words) == ("unknown", "无法识别")


def test_the_page_speaks_english_on_wish(world: record.World, open_scanner: Callable[..., Scanner]) -> None:
    scanner = open_scanner()

    scanner.page.goto("/scan/?lang=en")

    expect(scanner.page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_and_every_verdict_are_accessible(
    world: record.World, open_scanner: Callable[..., Scanner], width: int
) -> None:
    scanner = open_scanner(viewport={"width": width, "height": 844}, is_mobile=width < 800)
    scanner.page.locator("[data-scanner=no-camera]").wait_for()
    assert axe_violations(scanner.page) == []

    for typed in (world.stored_short_code, "7H3K-9PX2-9", path_changed(world.consignment_qr(), -20)):
        scanner.type_code(typed)
        assert scanner.verdict
        assert axe_violations(scanner.page) == []
        scanner.page.locator("[data-again]").last.click()
