"""Addresses of the product by endpoint, asked of the application's own map."""

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.factory import create_app
from tests.conftest import a_config


class Addresses:
    """The map of all routes, without a server or a database behind it."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            app = create_app(a_config("sqlite://", Path(folder)))
        self._map = app.url_map.bind("localhost")

    def of(self, endpoint: str, **values: str) -> str:
        """The path of an endpoint; values that are no part of it become its query.

        Raises:
            werkzeug.routing.BuildError: no such endpoint, or a parameter is missing.
        """
        return self._map.build(endpoint, values)

    def leads_to(self, link: str, endpoint: str) -> bool:
        """Whether a link on one of our pages leads to this endpoint."""
        parts = urlsplit(link)
        if parts.netloc or not parts.path.startswith("/"):
            return False
        try:
            return bool(self._map.match(parts.path, method="GET")[0] == endpoint)
        except (HTTPException, RequestRedirect):
            return False

    def beside(self, path: str, endpoint: str, **values: str) -> str:
        """The path of an endpoint for the same thing that `path` shows, with `values` besides."""
        return self.of(endpoint, **(self._map.match(urlsplit(path).path, method="GET")[1] | values))
