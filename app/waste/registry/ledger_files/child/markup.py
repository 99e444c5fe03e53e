"""Reads XML as a stream of elements. Document types, and so entities, are refused."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Final
from xml.etree import ElementTree
from xml.parsers import expat

from app.waste.registry.ledger_files.vocabulary import FileReason, UnreadableFile

_CHUNK: Final = 1 << 18

Attributes = dict[str, str]


class _LocalNames(dict[str, str]):
    """`x:row` and `{http://…}row` -> `row`."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rsplit("}", 1)[-1].rsplit(":", 1)[-1]
        return local


local_names = _LocalNames()


def new_parser(
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> expat.XMLParserType:
    """A parser that calls back for each element and text, and refuses document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_: object) -> None:
    raise UnreadableFile(FileReason.DAMAGED)


def feed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    """Parse chunk by chunk; what the parser's callbacks gathered may be taken after each step.

    Raises:
        UnreadableFile: not well-formed, or the archive is damaged.
    """
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableFile(FileReason.DAMAGED) from error


def children(stream: IO[bytes], parent: str, name: str) -> Iterator[ElementTree.Element]:
    """The elements called `name` right inside the first `parent`, whole, one at a time; none is kept.

    The tree is built in C and emptied after each chunk, which is twice as fast as an event for every element.

    Raises:
        UnreadableFile: not well-formed, with a document type, or the archive is damaged.
    """
    builder = ElementTree.TreeBuilder()
    top = builder.start("document", {})  # the document grows below an element that we can look into
    parser = ElementTree.XMLParser(target=builder)  # noqa: S314 - document types are refused
    guard = _Guard()
    around: ElementTree.Element | None = None
    try:
        with stream:
            while chunk := stream.read(_CHUNK):
                guard.check(chunk)
                parser.feed(chunk)
                if around is None:
                    around = next((e for e in top.iter() if local_names[e.tag] == parent), None)
                if around is not None:
                    yield from _taken(around, name, len(around) - 1)  # the last may not be whole yet
            parser.close()
    except (ElementTree.ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableFile(FileReason.DAMAGED) from error
    if around is not None:
        yield from _taken(around, name, len(around))


def _taken(around: ElementTree.Element, name: str, count: int) -> Iterator[ElementTree.Element]:
    for element in around[:count]:
        if local_names[element.tag] == name:
            yield element
    del around[: max(count, 0)]


def text_of(element: ElementTree.Element) -> str:
    """The text of a rich string; phonetic guides are left out."""
    parts = []
    for child in element:
        local = local_names[child.tag]
        if local == "t":
            parts.append(child.text or "")
        elif local == "r":
            parts.append(text_of(child))
    return "".join(parts)


class _Guard:
    """Refuses a document type; one can only stand before the first element."""

    def __init__(self) -> None:
        self._inside = False
        self._parser = new_parser(self._start, lambda _: None, lambda _: None)

    def _start(self, *_: object) -> None:
        self._inside = True

    def check(self, chunk: bytes) -> None:
        """Look at the next bytes, until the first element has come."""
        if self._inside:
            return
        try:
            self._parser.Parse(chunk)
        except expat.ExpatError as error:
            raise UnreadableFile(FileReason.DAMAGED) from error


def elements(stream: IO[bytes]) -> Iterator[tuple[str, Attributes, str]]:
    """Start tags of a small part as `(local name, attributes by local name, names of the elements around)`."""
    found: list[tuple[str, Attributes, str]] = []
    path: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        local = local_names[name]
        plain = {local_names[key]: value for key, value in attributes.items()}
        found.append((local, plain, "/".join(path)))
        path.append(local)

    def end(_: str) -> None:
        path.pop()

    for _ in feed(new_parser(start, end, lambda _: None), stream):
        yield from found
        found.clear()
