"""The two languages: Chinese texts are the keys, `app/translations/en` holds the English.

Data files (`app/**/data/*.toml`) bring their own English, which always wins.

python scripts/i18n.py            extract all texts, bring en up to date, compile it
python scripts/i18n.py --check    change nothing; fail when an English text is missing, differs in its
                                  {parameters}, or a committed file is not what the sources give
python scripts/i18n.py --missing  list the Chinese texts that still need English
"""

import argparse
import re
import sys
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.foundation.rulebook.messages import texts_of  # noqa: E402 - the script may be run from anywhere

TRANSLATIONS = ROOT / "app/translations"
POT = TRANSLATIONS / "messages.pot"
PO = TRANSLATIONS / "en/LC_MESSAGES/messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "gettext": None, "say": None, "ngettext": (1, 2)}
FIXED = datetime(2026, 1, 1, tzinfo=UTC)
"""A date that never changes, so that equal texts give equal files."""
PARAMETER = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)(?:[:.!\[][^}]*)?\}")


def _empty(locale: str | None = None) -> Catalog:
    return Catalog(
        locale=locale,
        project="ParkLoop",
        version="1",
        header_comment="# Texts of ParkLoop. The Chinese text is the key; scripts/i18n.py keeps this file in order.",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        charset="utf-8",
        creation_date=FIXED,
        revision_date=FIXED,
        fuzzy=False,
    )


@dataclass(frozen=True)
class Texts:
    """All texts in use, and the English that data files bring with them."""

    catalog: Catalog
    given: dict[str, str]


def extracted() -> Texts:
    """The texts of sources, templates and data files, with the files they stand in."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    catalog = _empty()
    given: dict[str, str] = {}
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_ours)
    for filename, _line, message, _comments, context in found:
        if message:
            catalog.add(message, locations=[(filename, 0)], context=context)
    for path in sorted(ROOT.glob("app/**/data/**/*.toml")):
        wordings = texts_of(tomllib.loads(path.read_text(encoding="utf-8")))
        for message in wordings:
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), 0)])
        given |= wordings
    return Texts(catalog, given)


def _is_ours(folder: str) -> bool:
    path = Path(folder)
    return path == ROOT or (path.is_relative_to(ROOT / "app") and path.name not in ("static", "__pycache__"))


def english(texts: Texts) -> Catalog:
    """The English catalogue, with exactly the texts in use; nothing is guessed."""
    catalog = _empty("en")
    if PO.exists():
        with PO.open("rb") as stream:
            for message in read_po(stream, locale="en"):
                if message.id:
                    catalog[message.id] = message
    catalog.update(texts.catalog, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    for msgid, wording in texts.given.items():
        catalog[msgid].string = wording
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """The catalogue as a file: sorted, with file names but no line numbers, so that diffs stay small."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return buffer.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """The catalogue compiled for gettext."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _as_list(text: object) -> list[str]:
    return [str(part or "") for part in (text if isinstance(text, (list, tuple)) else [text])]


def _parameters(text: object) -> set[str]:
    return {name or brace for part in _as_list(text) for name, brace in PARAMETER.findall(part)}


def untranslated(catalog: Catalog) -> list[Message]:
    """Texts without (complete) English."""
    return [m for m in catalog if m.id and not all(_as_list(m.string))]


def mismatched(catalog: Catalog) -> list[Message]:
    """Texts whose English names other parameters than the Chinese."""
    done = (m for m in catalog if m.id and all(_as_list(m.string)))
    return [m for m in done if _parameters(m.id) != _parameters(m.string)]


def problems(texts: Texts, catalog: Catalog) -> list[str]:
    """Everything that keeps the two languages from being complete and committed."""
    found = [
        f"no English: {m.id!r} ({', '.join(sorted({place for place, _ in m.locations}))})"
        for m in untranslated(catalog)
    ]
    found += [f"parameters differ: {m.id!r} / {m.string!r}" for m in mismatched(catalog)]
    for path, content in ((POT, po_bytes(texts.catalog)), (PO, po_bytes(catalog)), (MO, mo_bytes(catalog))):
        if not path.exists() or path.read_bytes() != content:
            found.append(f"stale: {path.relative_to(ROOT)} (run `python scripts/i18n.py`)")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 1 when `--check` finds something."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", action="store_true")
    options = parser.parse_args(arguments)
    texts = extracted()
    catalog = english(texts)
    if options.check:
        found = problems(texts, catalog)
        print("\n".join(found) if found else f"{len(texts.catalog)} texts, all in English")
        return 1 if found else 0
    if options.missing:
        print("\n".join(str(message.id) for message in untranslated(catalog)))
        return 0
    PO.parent.mkdir(parents=True, exist_ok=True)
    POT.write_bytes(po_bytes(texts.catalog))
    PO.write_bytes(po_bytes(catalog))
    MO.write_bytes(mo_bytes(catalog))
    print(f"{len(texts.catalog)} texts, {len(untranslated(catalog))} without English")
    return 0


if __name__ == "__main__":
    sys.exit(main())
