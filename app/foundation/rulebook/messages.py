"""The texts of TOML data files: the Chinese is the message id, the English stands beside it."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO


def texts_of(table: Mapping[str, Any]) -> dict[str, str]:
    """Every `{ zh = …, en = … }` in a parsed TOML file, at any depth: Chinese -> English."""
    return dict(_pairs(table))


def _pairs(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        if node.keys() == {"zh", "en"}:
            yield node["zh"], node["en"]
            return
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _pairs(item)


def extract(
    fileobj: BinaryIO,
    _keywords: Mapping[str, Any],
    _comment_tags: Collection[str],
    _options: Mapping[str, Any],
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel extractor for these files: line, function name, message id, comments (the English text)."""
    source = fileobj.read().decode("utf-8")
    lines = source.splitlines()
    for zh, en in texts_of(tomllib.loads(source)).items():
        line = next((number for number, text in enumerate(lines, 1) if zh in text), 1)
        yield line, "say", zh, [en]
