"""Pictures, scripts and styles: icons drawn into the page, and addresses that change with their content."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from markupsafe import Markup

ONE_YEAR_SECONDS = 365 * 24 * 60 * 60
_ICONS = Path(__file__).parent / "static/vendor/tabler-icons/icons.json"
_SIZES = {"": "ic", "sm": "ic ic-sm", "lg": "ic ic-lg", "xl": "ic ic-xl"}


@lru_cache(maxsize=1)
def _drawings() -> dict[str, str]:
    drawings: dict[str, str] = json.loads(_ICONS.read_text(encoding="utf-8"))
    return drawings


@lru_cache(maxsize=1024)
def icon(name: str, size: str = "") -> Markup:
    """One Tabler outline icon as inline SVG, hidden from screen readers: a word always stands beside it.

    Raises:
        KeyError: the name is not in `app/web/icons.txt`, or the size is none of "", "sm", "lg", "xl".
    """
    drawing = Markup(_drawings()[name])  # noqa: S704 - built from our own pinned icon package
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(
        _SIZES[size], drawing
    )


@lru_cache(maxsize=256)
def _digest(path: str, modified_ns: int) -> str:
    del modified_ns  # part of the key: an edited file gets a new digest without a restart
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def _version(filename: str) -> str | None:
    folder = current_app.static_folder
    if folder is None:
        return None
    path = Path(folder, filename)
    return _digest(str(path), path.stat().st_mtime_ns) if path.is_file() else None


def asset(filename: str) -> str:
    """The address of a file in `static/`, with a part that changes when the content does.

    Raises:
        FileNotFoundError: there is no such file.
    """
    version = _version(filename)
    if version is None:
        raise FileNotFoundError(filename)
    return url_for("static", filename=filename, v=version)


def _keep_versioned_files(response: Response) -> Response:
    """Let browsers keep a file for a year when its address names exactly this content."""
    if request.endpoint == "static" and response.status_code == 200 and "v" in request.args:
        filename = (request.view_args or {}).get("filename", "")
        if request.args["v"] == _version(filename):
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = ONE_YEAR_SECONDS
            response.cache_control.immutable = True
    return response


def register(app: Flask) -> None:
    """Give templates `icon()` and `asset()`, and versioned files their long life in the cache."""
    app.jinja_env.globals.update(icon=icon, asset=asset)
    app.after_request(_keep_versioned_files)
