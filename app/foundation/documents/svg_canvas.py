"""A canvas that writes SVG: the operations our papers draw with, so that a preview is the paper itself.

The same drawing code runs on reportlab's canvas and on this one. Only presentation attributes are written, never
`style`, so that the picture stands on a page with a strict Content-Security-Policy.
"""

import re
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape, quoteattr

from app.foundation.documents.fonts import BOLD, text_width

FAMILY = "Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"

_RECTANGLE = re.compile(r"(\d+) (\d+) (\d+) (\d+) re")
_EVEN_ODD = 0


def _n(value: float) -> str:
    """A number, short: three decimals of a point are a third of a micrometre."""
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


class SvgPath:
    """Collects the outline of one figure."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def moveTo(self, x: float, y: float) -> None:
        self.steps.append(f"M{_n(x)} {_n(y)}")

    def lineTo(self, x: float, y: float) -> None:
        self.steps.append(f"L{_n(x)} {_n(y)}")

    def curveTo(self, x1: float, y1: float, x2: float, y2: float, x3: float, y3: float) -> None:
        self.steps.append("C" + " ".join(map(_n, (x1, y1, x2, y2, x3, y3))))

    def close(self) -> None:
        self.steps.append("Z")

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        self.steps.append(f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}Z")

    def ellipse(self, x: float, y: float, width: float, height: float) -> None:
        rx, ry = width / 2, height / 2
        self.moveTo(x, y + ry)
        for sweep in (1, -1):
            reach = sweep * width
            self.steps.append(f"a{_n(rx)} {_n(ry)} 0 0 1 {_n(reach)} 0")
        self.close()


@dataclass
class SvgText:
    """A line of text in runs of one font each."""

    x: float
    y: float
    stretch: float = 1.0
    font: str = ""
    size: float = 0.0
    rise: float = 0.0
    runs: list[tuple[str, str, float, float]] = field(default_factory=list)

    def setHorizScale(self, percent: float) -> None:
        if not self.runs:  # the reset after the last run is for what follows on a page
            self.stretch = percent / 100

    def setFont(self, font: str, size: float) -> None:
        self.font, self.size = font, size

    def setRise(self, rise: float) -> None:
        self.rise = rise

    def textOut(self, text: str) -> None:
        self.runs.append((text, self.font, self.size, self.rise))


@dataclass(frozen=True)
class _State:
    fill: str = "#000"
    stroke: str = "#000"
    width: float = 1.0
    round_caps: bool = False
    groups: int = 0
    """Groups opened since the state was saved."""


class SvgCanvas:
    """Draws in points with y upwards, as reportlab does."""

    def __init__(self, width: float, height: float) -> None:
        self._size = (width, height)
        self._out: list[str] = []
        self._state = _State()
        self._saved: list[_State] = []
        self._forms: dict[str, list[str]] = {}
        self._outer: list[tuple[str, list[str], _State]] = []

    def svg(self, title: str) -> str:
        """The finished picture; `title` is what a screen reader says."""
        width, height = map(_n, self._size)
        body = "".join(self._out)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f"font-family={quoteattr(FAMILY)}><title>{escape(title)}</title>"
            f'<g transform="matrix(1 0 0 -1 0 {height})">{body}</g></svg>'
        )

    # --- state ---

    def setFillGray(self, gray: float) -> None:
        self.setFillColorRGB(gray, gray, gray)

    def setStrokeGray(self, gray: float) -> None:
        self._state = replace(self._state, stroke=_colour(gray, gray, gray))

    def setFillColorRGB(self, red: float, green: float, blue: float) -> None:
        self._state = replace(self._state, fill=_colour(red, green, blue))

    def setLineWidth(self, width: float) -> None:
        self._state = replace(self._state, width=width)

    def setLineCap(self, cap: int) -> None:
        self._state = replace(self._state, round_caps=cap == 1)

    def saveState(self) -> None:
        self._saved.append(self._state)
        self._state = replace(self._state, groups=0)

    def restoreState(self) -> None:
        self._out.append("</g>" * self._state.groups)
        self._state = self._saved.pop()

    def translate(self, x: float, y: float) -> None:
        self._open(f"translate({_n(x)} {_n(y)})")

    def rotate(self, degrees: float) -> None:
        self._open(f"rotate({_n(degrees)})")

    def scale(self, x: float, y: float) -> None:
        self._open(f"scale({x:.6f} {y:.6f})")

    def transform(self, a: float, b: float, c: float, d: float, e: float, f: float) -> None:
        self._open(f"matrix({a:.6f} {b:.6f} {c:.6f} {d:.6f} {_n(e)} {_n(f)})")

    def _open(self, transform: str) -> None:
        self._out.append(f'<g transform="{transform}">')
        self._state = replace(self._state, groups=self._state.groups + 1)

    # --- figures ---

    def beginPath(self) -> SvgPath:
        return SvgPath()

    def drawPath(self, path: SvgPath, stroke: int = 1, fill: int = 0, fillMode: int | None = None) -> None:
        rule = ' fill-rule="evenodd"' if fill and fillMode == _EVEN_ODD else ""
        self._out.append(f'<path d="{"".join(path.steps)}"{self._paint(stroke, fill)}{rule}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        path = SvgPath()
        path.moveTo(x1, y1)
        path.lineTo(x2, y2)
        self.drawPath(path, stroke=1, fill=0)

    def rect(self, x: float, y: float, width: float, height: float, stroke: int = 1, fill: int = 0) -> None:
        path = SvgPath()
        path.rect(x, y, width, height)
        self.drawPath(path, stroke=stroke, fill=fill)

    def roundRect(
        self, x: float, y: float, width: float, height: float, radius: float, stroke: int = 1, fill: int = 0
    ) -> None:
        box = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="{_n(radius)}"'
        self._out.append(f"<rect {box}{self._paint(stroke, fill)}/>")

    def circle(self, x: float, y: float, radius: float, stroke: int = 1, fill: int = 0) -> None:
        self._out.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"{self._paint(stroke, fill)}/>')

    def ellipse(self, x1: float, y1: float, x2: float, y2: float, stroke: int = 1, fill: int = 0) -> None:
        centre = f'cx="{_n((x1 + x2) / 2)}" cy="{_n((y1 + y2) / 2)}"'
        radii = f'rx="{_n(abs(x2 - x1) / 2)}" ry="{_n(abs(y2 - y1) / 2)}"'
        self._out.append(f"<ellipse {centre} {radii}{self._paint(stroke, fill)}/>")

    def addLiteral(self, operators: str) -> None:
        """The filled rectangles of a QR code, the only PDF operators our papers write themselves."""
        steps = "".join(
            f"M{x} {y}h{width}v{height}h-{width}Z" for x, y, width, height in _RECTANGLE.findall(operators)
        )
        self._out.append(f'<path d="{steps}" fill="{self._state.fill}" shape-rendering="crispEdges"/>')

    def _paint(self, stroke: int, fill: int) -> str:
        state = self._state
        paint = f' fill="{state.fill if fill else "none"}"'
        if stroke:
            caps = ' stroke-linecap="round"' if state.round_caps else ""
            paint += f' stroke="{state.stroke}" stroke-width="{_n(state.width)}"{caps}'
        return paint

    # --- figures drawn once and used several times ---

    def hasForm(self, name: str) -> bool:
        return name in self._forms

    def beginForm(self, name: str, *_box: float) -> None:
        self._outer.append((name, self._out, self._state))
        self._out, self._state = [], _State()

    def endForm(self) -> None:
        name, out, state = self._outer.pop()
        self._forms[name] = self._out
        self._out, self._state = out, state

    def doForm(self, name: str) -> None:
        self._out += self._forms[name]

    # --- text ---

    def beginText(self, x: float, y: float) -> SvgText:
        return SvgText(x, y)

    def drawText(self, pen: SvgText) -> None:
        at = pen.x
        for text, font, size, rise in pen.runs:
            width = text_width(text, font, size)
            weight = ' font-weight="700"' if font == BOLD else ""
            place = f"matrix({pen.stretch:.4f} 0 0 -1 {_n(at)} {_n(pen.y + rise)})"
            fit = f' textLength="{_n(width)}" lengthAdjust="spacingAndGlyphs"' if text.strip() else ""
            self._out.append(
                f'<text transform="{place}" font-size="{_n(size)}"{weight}{fit} fill="{self._state.fill}" '
                f'xml:space="preserve">{escape(text)}</text>'
            )
            at += width * pen.stretch


def _colour(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue))
