"""Texts for people, kept apart from any language.

A room says *what* it means with a Chinese message id and parameters; the border renders it in the
reader's language. `say` is the keyword that the translation catalogue is extracted by.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """One sentence: a Chinese message id with `{named}` parameters. `str()` gives the Chinese."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.render(lambda msgid: msgid)

    def render(self, translate: Callable[[str], str]) -> str:
        """Render with `translate(msgid)`; texts among the parameters are rendered too, lists become an enumeration."""
        values = {name: _rendered(value, translate) for name, value in self.params.items()}
        return translate(self.msgid).format_map(values) if values else translate(self.msgid)


def _rendered(value: object, translate: Callable[[str], str]) -> object:
    if isinstance(value, Text):
        return value.render(translate)
    if isinstance(value, (list, tuple)):
        return translate("、").join(str(_rendered(part, translate)) for part in value)
    return value


def say(msgid: str, **params: object) -> Text:
    """Make a `Text`; the message id is found by the extraction of translations."""
    return Text(msgid, params)
