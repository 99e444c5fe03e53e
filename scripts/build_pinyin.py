"""Write the pinyin initials of waste descriptions, categories and industries into the catalogue's data folder.

Run after a change of the reference files: `python -m scripts.build_pinyin`. pypinyin is needed here only; the
running system reads the file that this writes.
"""

import csv
import re
from collections.abc import Iterator

from pypinyin import lazy_pinyin, load_phrases_dict

from app.foundation.catalogue import files

CHINESE = re.compile(r"[\u3400-\u9fff]+|[0-9A-Za-z]+")

# Words of the trade in which the general dictionary picks the other reading.
load_phrases_dict(
    {
        "粘合剂": [["zhān"], ["hé"], ["jì"]],
        "轧制": [["zhá"], ["zhì"]],
        "重铬酸": [["chóng"], ["gè"], ["suān"]],
        "重熔": [["chóng"], ["róng"]],
        "重整": [["chóng"], ["zhěng"]],
        "进行": [["jìn"], ["xíng"]],
    }
)


def initials(text: str) -> str:
    """First letters of the syllables: `废有机溶剂` -> `fyjrj`. Other signs part the runs with a space."""
    runs = CHINESE.findall(text)
    return " ".join(
        run.lower() if run.isascii() else "".join(syllable[0] for syllable in lazy_pinyin(run))
        for run in runs
    )


def named_texts() -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for row in files.read_rows(files.WASTES):
        if row["category_code"] not in seen:
            seen.add(row["category_code"])
            yield row["category_code"], row["category_name_zh"]
        yield row["waste_code"], row["description_zh"]
    for row in files.read_rows(files.REMOVED):
        yield row["waste_code"], row["description_2021_zh"]
    for row in files.read_rows(files.GENERAL_CLASSES):
        yield row["class_code"], row["name_zh"]
    for row in files.read_rows(files.INDUSTRIES):
        if row["level"] == "class":
            yield row["code"], row["name_zh"]


def main() -> None:
    with (files.DATA / files.PINYIN).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["code", "initials"])
        writer.writerows((code, initials(text)) for code, text in named_texts())


if __name__ == "__main__":
    main()
