"""Contents of labels and manifests to print: typed builders with sensible defaults."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app.foundation.core.units import Grams
from app.foundation.documents.label import LabelContent
from app.foundation.documents.manifest import (
    CarrierPart,
    ConsigneePart,
    ConsignorPart,
    ManifestContent,
    ManifestHead,
    Party,
    ReceiptLine,
    Signature,
    WasteLine,
)
from app.foundation.documents.manifest_content import Checkpoint
from app.foundation.documents.transfer_note_content import NoteJourney, NoteLine, NoteParty, TransferNote

CODE = "91330100MA2DEMK01D9004020620261120088"
SIGNED = (
    "AEBAGBAFAYDQQCIKBMGA2DQPCAIREEYUCULBOGAZDINRYHI6D4QCCIRDEQSSMJZIFEVCWLBNFYXTAMJSGM2DKNRXHA4TUOZ4HU7D6QCB"
)
CONTAINER_QR = f"https://loop.example.cn/W/{CODE}/{SIGNED}ABCDEFGH234567"
CONSIGNMENT_QR = f"https://loop.example.cn/M/M-2611-0409/{SIGNED}{SIGNED}"


def a_label(**changes: Any) -> LabelContent:
    """A label of a 200 L drum of solvent, weighed."""
    label = LabelContent(
        waste_name="废有机溶剂（清洗废液）",
        category="HW06 废有机溶剂与含有机溶剂废物",
        waste_code="900-402-06",
        form="L",
        hazards=("T", "I", "R"),
        main_components="乙酸丁酯、二甲苯、正丁醇",
        harmful_components="二甲苯",
        precautions="密闭存放，远离火源与氧化剂；泄漏时用惰性吸附材料收集，佩戴防毒面具与耐溶剂手套。",
        digital_code=CODE,
        unit_name="青梧涂料（演示）有限公司",
        contact="陆青岚 000-0000-1234",
        generated_on=date(2026, 11, 20),
        weight_grams=Grams(186_400),
        volume_ml=200_000,
        qr_text=CONTAINER_QR,
        short_code="7H3K-9PX2-8",
        remarks="1#库 A1 · QW-A1-0088 · 200 L 铁桶",
    )
    return replace(label, **changes)


def at(hour: int, minute: int = 0) -> datetime:
    """20 November 2026 at a local hour, as the aware instant the product holds."""
    return datetime(2026, 11, 20, hour - 8, minute, tzinfo=UTC)


def a_waste_line(number: int = 1, **changes: Any) -> WasteLine:
    """Six drums of solvent."""
    line = WasteLine(
        number=number,
        waste_name="废有机溶剂（清洗废液）",
        waste_code="900-402-06",
        hazards=("T", "I", "R"),
        form="L",
        harmful_components="二甲苯",
        pack_kind="200 L 铁桶",
        pack_count=6,
        sent_grams=Grams(1_118_200),
        container_codes=tuple(f"QW-A{number}-{serial:04d}" for serial in range(80, 86)),
    )
    return replace(line, **changes)


def a_manifest(lines: int = 1, **changes: Any) -> ManifestContent:
    """A manifest at the consignee's gate: two have signed, nothing is accepted."""
    manifest = ManifestContent(
        head=a_head(),
        consignor=ConsignorPart(
            name="青梧涂料（演示）有限公司",
            credit_code="91330100MA2DEMK01D",
            address="澄湖循环产业园 3 号地块",
            emergency_phone="000-0000-1199",
            operator="陆青岚",
            operator_phone="000-0000-1234",
            delivered_at=at(14, 5),
            emergency_measures="密闭运输，远离火源；泄漏时用惰性吸附材料收集，立即报告园区应急中心。",
            lines=tuple(a_waste_line(number) for number in range(1, lines + 1)),
        ),
        carrier=CarrierPart(
            name="驰安危货物流（演示）有限公司",
            address="演江市澄湖区物流大道 18 号",
            phone="000-0000-2200",
            permit_number="演交危运 0000123",
            driver="石砚秋",
            driver_phone="000-0000-2201",
            escort="易川",
            escort_phone="000-0000-2202",
            vehicle="厢式货车，核载 4.5 t",
            plate="演A·D0712",
            start="青梧涂料 1# 危废贮存库",
            departed_at=at(14, 11),
            via="演江市 澄湖区",
            end="云栈溶剂再生厂区",
            arrived_at=at(15, 52),
        ),
        consignee=ConsigneePart(
            name="云栈溶剂再生（演示）有限公司",
            licence_number="演危许 2025-006",
            address="澄湖循环产业园 11 号地块",
            operator="贺云舟",
            operator_phone="000-0000-5678",
            lines=(ReceiptLine(1, planned_method="R2 溶剂回收"),),
        ),
        signatures=(
            Signature(Party.CONSIGNOR, "陆青岚", at(14, 5), "7c1e49a0d2f7…e20b"),
            Signature(Party.CARRIER, "石砚秋", at(14, 11), "a04fb3817c55…913d"),
        ),
    )
    return replace(manifest, **changes)


def a_head(**changes: Any) -> ManifestHead:
    """The head of the mockup's manifest."""
    head = ManifestHead(
        own_number="M-2611-0409",
        national_number="20269901000409",
        state="过磅接收（第 5 / 6 步）",
        printed_at=at(16, 12),
        printed_by="陆青岚",
        print_number=1,
        valid_until=at(20),
        contract="L-2611-037 · HT-2611-021",
        qr_text=CONSIGNMENT_QR,
        short_code="9QK2-TF4M-H",
        key_id="park-2026-2",
        snapshot_hash="5d1f03ab…88c2",
    )
    return replace(head, **changes)


def a_note(count: int = 1, **changes: Any) -> TransferNote:
    """A note of scrap plastic that was received and signed by all."""
    note = TransferNote(
        head=a_head(national_number=None, contract=None, print_number=None, state="已接受"),
        consignor=NoteParty(
            "青梧涂料（演示）有限公司", "91330100MA2DEMK01D", "澄湖循环产业园 3 号地块", "000-0000-1234"
        ),
        carrier=NoteParty(
            "驰安危货物流（演示）有限公司", "91339901MA2XDM60X3", "演江市物流大道 18 号", "000-0000-2200"
        ),
        consignee=NoteParty(
            "铄金资源循环（演示）有限公司", "91339901MA2XDM903K", "演江市临港路 30 号", "000-0000-5678"
        ),
        journey=NoteJourney(
            vehicle="厢式货车",
            plate="演A·D0712",
            driver="石砚秋　000-0000-2201",
            start="澄湖循环产业园 3 号地块",
            end="演江市临港路 30 号",
            via="环湖大道",
            loaded_at=at(13, 40),
            departed_at=at(14, 11),
            arrived_at=at(15, 52),
            received_at=at(16, 3),
        ),
        lines=[
            NoteLine(number, "废塑料桶盖与缠绕膜", "900-003-S17", "散装", Grams(1_850_000), Grams(1_812_500))
            for number in range(1, count + 1)
        ],
        planned_method="R15 其他利用方式",
        requirements="篷布覆盖，不扬散、不遗撒；雨天不装车。",
        difference_note="雨水沥出",
        signatures=(
            Signature(Party.CONSIGNOR, "陆青岚", at(14, 5), "7c1e49a0d2f7…e20b", "M20 60L60 20L90 60L200 10"),
            Signature(Party.CARRIER, "石砚秋", at(14, 11), "a04fb3817c55…913d"),
            Signature(Party.CONSIGNEE, "金晚舟", at(16, 3), "b14fb3817c55…0f3a"),
        ),
        checkpoint=Checkpoint("park.example/log", 1234, "ab" * 32, at(12)),
    )
    return replace(note, **changes)
