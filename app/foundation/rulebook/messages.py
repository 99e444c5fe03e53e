"""The texts of TOML data files: the Chinese is the message id, the English stands beside it."""

from collections.abc import Iterator, Mapping
from typing import Any


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
