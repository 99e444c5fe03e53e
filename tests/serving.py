"""The application served to a browser: a real server on a free port, in a thread of the test process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from app.factory import create_app
from app.foundation.core.database import Database
from config import Config


@dataclass
class LiveServer:
    """A running application. `stop()` takes it off the network, as a cut line would."""

    app: Flask
    config: Config
    database: Database
    _server: BaseWSGIServer
    _thread: Thread

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


@contextmanager
def serving(config: Config, database: Database) -> Iterator[LiveServer]:
    """Serve the application over `database` until the block ends; PUBLIC_URL is the server's own address."""
    port_holder = make_server("127.0.0.1", 0, _not_ready, threaded=True)
    config = replace(config, public_url=f"http://127.0.0.1:{port_holder.server_port}")
    app = create_app(config, database=database)
    port_holder.app = app
    thread = Thread(target=port_holder.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    server = LiveServer(app, config, database, port_holder, thread)
    try:
        yield server
    finally:
        server.stop()


def _not_ready(_environ: Any, _start_response: Any) -> Any:
    raise RuntimeError("the application is not wired yet")
