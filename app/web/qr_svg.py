"""A QR code as inline SVG: sharp on screen and paper, no request, no script."""

from functools import lru_cache

from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

from app.foundation.documents.qr_matrix import qr_modules

QUIET_ZONE = 4
"""Light modules around the code, as the standard asks for."""


@lru_cache(maxsize=64)
def qr_svg(text: str) -> Markup:
    """The code of a text at level M, black on white, with its quiet zone; drawn once."""
    return drawn(text)


def drawn(text: str) -> Markup:
    """The same, and nothing of it kept: for a text that is secret."""
    side, modules = qr_modules(text, ERROR_CORRECT_M)
    runs = "".join(_row(modules[at * side : (at + 1) * side], at) for at in range(side))
    whole = side + 2 * QUIET_ZONE
    return Markup(  # noqa: S704 - digits and letters of our own, nothing that was typed
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" aria-hidden="true">'
        f'<path fill="#fff" d="M0 0h{whole}v{whole}H0z"/><path fill="#000" d="{runs}"/></svg>'
    )


def _row(row: bytes, at: int) -> str:
    """The dark runs of a row as path steps."""
    steps, start = [], None
    for column, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            steps.append(f"M{start + QUIET_ZONE} {at + QUIET_ZONE}h{column - start}v1h-{column - start}z")
            start = None
    return "".join(steps)
