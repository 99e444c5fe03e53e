"""The note of a transfer of general industrial waste on A4: one page, more where there are many wastes.

In the frame of the manifest: the same head with QR, signatures, foot and marks. What is not filled yet prints as lines to
write on.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from app.foundation.core.units import kg_text
from app.foundation.documents.framed import fitted, framed_pdf
from app.foundation.documents.manifest_frame import head_block, printing_facts
from app.foundation.documents.manifest_parts import LEFT, fields_row, heading
from app.foundation.documents.manifest_words import Language, Words
from app.foundation.documents.sheet import Block, Cell, Density, row
from app.foundation.documents.transfer_note_content import NoteLine, NoteParty, TransferNote
from app.foundation.documents.typesetting import MM

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("一般工业固体废物转移单", "Transfer note of general industrial waste"),
    "subtitle": ("", "一般工业固体废物转移单 · English rendering, the Chinese form prevails"),
    "own_number": ("转移单编号", "Note no."),
    "not_hazardous": (
        "一般工业固体废物，不适用危险废物转移联单",
        "General industrial waste: no hazardous-waste manifest",
    ),
    "wastes": ("一　废物与数量", "1  Wastes"),
    "wastes_by": (
        "移出量由移出人填写，接收量由接收单位填写",
        "sent: by the consignor; received: by the receiver",
    ),
    "consignor": ("二　移出单位", "2  Consignor"),
    "carrier": ("三　承运单位", "3  Carrier"),
    "consignee": ("四　接收单位", "4  Receiver"),
    "phone": ("联系电话", "Phone"),
    "site": ("移出地点", "From"),
    "destination": ("接收地点", "To"),
    "loaded_at": ("装车时间", "Loaded"),
    "departed_at": ("起运时间", "Departed"),
    "arrived_at": ("到达时间", "Arrived"),
    "received_at": ("接收时间", "Received"),
    "requirements": ("污染防治要求", "Precautions"),
    "planned": ("利用处置方式", "Treatment"),
    "pack_kind": ("包装方式", "Packaging"),
    "sent": ("移出量 kg", "Sent kg"),
    "received": ("接收量 kg", "Received kg"),
    "difference": ("差异 kg", "Difference kg"),
    "difference_note": ("差异说明", "Difference"),
    "closing_note": ("拒收或作废理由", "Why refused or void"),
    "signs_consignee": ("接收单位签署", "Receiver"),
    "verify": (
        "扫右上角二维码验真。无网络时巡查端可离线核对数字签名。本件为打印时快照，以平台在线状态为准。"
        "移出量在起运时记入移出单位台账附表3。",
        "Scan the code at the upper right to verify; inspectors can check its digital signature without network. "
        "This sheet is a snapshot at printing, the state on the platform decides. What leaves is entered in table 3 of the "
        "consignor's ledger at departure.",
    ),
    "demo": ("演示数据，非真实转移单", "Demonstration, not a real note"),
}
_WIDTHS: Final = (10.0, 60.0, 25.0, 22.0, 21.0, 24.0, 24.0)
_KEYS: Final = ("line", "waste_name", "waste_code", "pack_kind", "sent", "received", "difference")
_NUMBERS_FROM: Final = 4
"""Columns from here on are masses."""


def transfer_note_pdf(note: TransferNote, language: Language = "zh") -> bytes:
    """Print one note as it stands. Texts inside `note` come in the language of the print."""
    words = Words(language, note.time_zone, _WORDS)
    left = (("own_number", note.head.own_number), ("state", note.head.state))
    head = head_block(note, words, left, printing_facts(note.head, words), words("not_hazardous"))
    pages, _ = fitted(
        note, words, head, lambda density: [list(part) for part in _parts(note, words, density)]
    )
    return framed_pdf(note, words, pages)


def _parts(note: TransferNote, words: Words, density: Density) -> Iterator[Iterator[Block]]:
    yield _wastes(note, words, density)
    way = note.journey
    yield _party(
        "consignor",
        note.consignor,
        (
            (("site", way.start), ("loaded_at", words.time(way.loaded_at))),
            (("requirements", note.requirements),),
        ),
        words,
        density,
    )
    yield _party(
        "carrier",
        note.carrier,
        (
            (("plate", words.joined((way.plate, way.vehicle))), ("driver", way.driver)),
            (("via", way.via), ("departed_at", words.time(way.departed_at))),
        ),
        words,
        density,
    )
    yield _party(
        "consignee",
        note.consignee,
        (
            (("destination", way.end), ("arrived_at", words.time(way.arrived_at))),
            (("planned", note.planned_method), ("received_at", words.time(way.received_at))),
        ),
        words,
        density,
    )


def _party(
    key: str,
    party: NoteParty,
    more: Sequence[Sequence[tuple[str, str]]],
    words: Words,
    density: Density,
) -> Iterator[Block]:
    """Who it is, and what is told of its part of the transfer."""
    yield heading(words(key), "", density)
    pairs = (
        (("name", party.name), ("credit_code", party.credit_code)),
        (("address", party.address), ("phone", party.phone)),
        *more,
    )
    bold = ("name", "plate")
    for pair in pairs:
        yield fields_row([(words(name), value, name in bold) for name, value in pair], words, density)


def _wastes(note: TransferNote, words: Words, density: Density) -> Iterator[Block]:
    yield heading(words("wastes"), words("wastes_by"), density)
    head = row(
        [
            Cell(width * MM, words(key), shaded=True, right=at >= _NUMBERS_FROM)
            for at, (width, key) in enumerate(zip(_WIDTHS, _KEYS, strict=True))
        ],
        LEFT,
        density,
    )
    yield head
    for line in note.lines:
        yield _line(line, density, head)
    yield _total(note.lines, words, density, head)
    for key, text in (("difference_note", note.difference_note), ("closing_note", note.closing_note)):
        if text:
            yield fields_row([(words(key), text, False)], words, density)


def _line(line: NoteLine, density: Density, head: Block) -> Block:
    texts = (
        str(line.number),
        line.waste_name,
        line.waste_code,
        line.pack_kind,
        *_masses(line.sent_grams, line.received_grams),
    )
    return row(
        [
            Cell(width * MM, text, right=at >= _NUMBERS_FROM, fill_in=at >= _NUMBERS_FROM)
            for at, (width, text) in enumerate(zip(_WIDTHS, texts, strict=True))
        ],
        LEFT,
        density,
        head,
    )


def _total(lines: Sequence[NoteLine], words: Words, density: Density, head: Block) -> Block:
    arrived = [line.received_grams for line in lines if line.received_grams is not None]
    received = sum(arrived) if lines and len(arrived) == len(lines) else None
    masses = _masses(sum(line.sent_grams for line in lines), received)
    cells = [Cell(sum(_WIDTHS[:_NUMBERS_FROM]) * MM, words("total"), bold=True)]
    cells += [
        Cell(width * MM, text, bold=True, right=True, fill_in=True)
        for width, text in zip(_WIDTHS[_NUMBERS_FROM:], masses, strict=True)
    ]
    return row(cells, LEFT, density, head)


def _masses(sent: int, received: int | None) -> tuple[str, str, str]:
    """Sent, received and what differs, with its sign; the last two empty before the receipt."""
    if received is None:
        return _kg(sent), "", ""
    more = received - sent
    return _kg(sent), _kg(received), f"+{_kg(more)}" if more > 0 else _kg(more)


def _kg(grams: int) -> str:
    """Exact kilograms, no zeros at the end but one: 7850.0, 12.345."""
    whole, _, decimals = kg_text(grams).partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"
