"""Build the fonts of the printed papers: Noto Sans SC, subset and without layout tables.

Run by hand (`python scripts/build_font.py`) when the character set changes; the results are committed.
The source is the npm package named below, fetched with `npm pack` unless a copy is given with --package.

Regular holds GBK, Bold the smaller GB 2312; both hold the General Standard table (so that every name of a
person, place or element prints) and the signs our papers use. Characters only Regular has are printed in Regular.
"""

import argparse
import hashlib
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "app/foundation/documents/fonts"
GENERAL_TABLE = Path(__file__).parent / "general_standard_characters.txt"

PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
PACKAGE_SHA256 = "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59"
WEIGHTS = {
    "NotoSansSC-Regular.ttf": ("package/400Regular/NotoSansSC_400Regular.ttf", "gbk"),
    "NotoSansSC-Bold.ttf": ("package/700Bold/NotoSansSC_700Bold.ttf", "gb2312"),
}
LICENCE_MEMBER = "package/LICENSE_FONT"

CHEMISTRY = "噁"
"""In names of wastes (二噁英), but neither in GB 2312 nor in the general table."""

SIGNS = "–—‑‘’“”…‰′″€№℃℉Ω℮←↑→↓↔⇄−±×÷√∞≈≠≤≥≒∑∅□■▢▲△▼▽◆◇○●★☆✓・·•㎎㎏㎜㎝㎞㎡㏄㏑㏒㏕①②③④⑤⑥⑦⑧⑨⑩"


def main() -> None:
    """Write both fonts and their licence, and say how large they are."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--package", type=Path, help="the npm package's .tgz, already fetched")
    chosen = options.parse_args().package
    with tempfile.TemporaryDirectory() as folder:
        package = chosen or fetch(Path(folder))
        check_hash(package)
        TARGET.mkdir(exist_ok=True)
        with tarfile.open(package) as archive:
            (TARGET / "OFL.txt").write_bytes(member(archive, LICENCE_MEMBER))
            for name, (source, charset) in WEIGHTS.items():
                full = Path(folder) / name
                full.write_bytes(member(archive, source))
                build(full, TARGET / name, characters(charset))


def fetch(folder: Path) -> Path:
    """Fetch the package with npm's own client."""
    done = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / done.stdout.strip().splitlines()[-1]


def check_hash(package: Path) -> None:
    """Refuse a package that is not the one these fonts were looked at with."""
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != PACKAGE_SHA256:
        raise SystemExit(f"{package.name}: SHA-256 is {found}, expected {PACKAGE_SHA256}")


def member(archive: tarfile.TarFile, name: str) -> bytes:
    """Bytes of one file of the package."""
    file = archive.extractfile(name)
    if file is None:
        raise SystemExit(f"{name} is not in the package")
    return file.read()


def characters(charset: str) -> set[int]:
    """Code points of a two-byte Chinese character set, ASCII, Latin, Greek, the general table and our signs."""
    wanted = set(two_byte_characters(charset)) | set(range(0x20, 0x7F)) | set(range(0xA0, 0x100))
    wanted |= {*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA)} | {
        ord(sign) for sign in SIGNS + CHEMISTRY
    }
    for line in GENERAL_TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            wanted |= {ord(character) for character in line}
    return wanted


def two_byte_characters(charset: str) -> Iterator[int]:
    """Every code point that the character set writes with two bytes."""
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                yield ord(bytes([lead, trail]).decode(charset))
            except (UnicodeDecodeError, TypeError):
                continue


def build(source: Path, target: Path, wanted: set[int]) -> None:
    """Subset one weight: outlines and character map only, no hints, no OpenType layout."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "gasp"]
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.glyph_names = False
    font = TTFont(source, recalcTimestamp=False)
    covered = set(font.getBestCmap())
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted & covered)
    subsetter.subset(font)
    font.save(target)
    missing = "".join(chr(code) for code in sorted(wanted - covered))
    print(f"{target.name}: {target.stat().st_size:,} bytes, not in the font: {missing or 'nothing'}")


if __name__ == "__main__":
    main()
