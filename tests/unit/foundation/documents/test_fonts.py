"""What our fonts can print."""

import csv
from pathlib import Path

import pytest

from app.foundation.documents.fonts import BOLD, REGULAR, clean, has_all, unprintable

ROOT = Path(__file__).parents[4]
DATA = ROOT / "app/foundation/catalogue/data"
SCRIPTS = ROOT / "scripts"


@pytest.mark.parametrize("file", sorted(DATA.glob("hazardous-waste-*.csv")), ids=lambda file: file.stem)
@pytest.mark.parametrize("font", [REGULAR, BOLD])
def test_every_character_of_the_catalogue_prints(file: Path, font: str) -> None:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        characters = {character for row in csv.reader(lines) for cell in row for character in cell}

    assert [character for character in sorted(characters - {"\n"}) if not has_all(character, font)] == []


def test_characters_tried_by_hand_print_in_both_weights() -> None:
    for font in (REGULAR, BOLD):
        assert has_all("镉铍锑铊氰醚醛苄酯芘噁䓛℃±×≤≥μ·…㎡", font)


def test_every_character_of_gbk_prints() -> None:
    pairs = (bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    texts = {pair.decode("gbk", "replace") for pair in pairs}
    characters = {text for text in texts if len(text) == 1 and text != "�"}

    assert len(characters) > 21_000
    assert {character for character in characters if not has_all(character, REGULAR)} == {"≒"}


def test_rare_characters_of_names_print_in_both_weights() -> None:
    table = (SCRIPTS / "general_standard_characters.txt").read_text(encoding="utf-8")
    rare = "".join(line for line in table.splitlines() if not line.startswith("#"))

    assert len(rare) == 1467
    assert has_all(rare, REGULAR)
    assert has_all(rare, BOLD)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  废  酸\n液\t", "废 酸 液"),
        ("⽔", "水"),
        ("H₂SO₄", "H₂SO₄"),
        ("废\u200b酸", "废酸"),
        ("", ""),
    ],
)
def test_texts_are_cleaned_to_one_line(text: str, line: str) -> None:
    assert clean(text) == line


def test_unprintable_characters_are_named_once() -> None:
    assert unprintable("废酸 🔥🔥 H₂SO₄") == "🔥"


def test_fonts_come_with_their_licence_and_stay_small() -> None:
    folder = ROOT / "app/foundation/documents/fonts"

    assert "SIL Open Font License" in (folder / "OFL.txt").read_text(encoding="utf-8")
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 12_000_000
