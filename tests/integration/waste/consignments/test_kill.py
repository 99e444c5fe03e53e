"""The server killed with SIGKILL while people act on consignments: no acknowledged act is lost, none is half done, and
asking again with the same Idempotency-Key gives the first answer.

`PARKLOOP_KILL_OPERATIONS` sets how many acts there are, 60 by default; the server dies once in three hundred.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from app.foundation.core.work import Actor
from app.foundation.trace.models import TraceEvent
from app.foundation.trace.rebuilding import differences
from app.foundation.trace.verifying import verify as verify_trace
from app.parties.accounts.commands import IssueToken
from app.parties.accounts.models import User
from app.parties.accounts.signing_in import issue_token
from app.waste.consignments.models import Consignment, Signature
from app.waste.consignments.workflow import ConsignmentState
from app.waste.registry.models import Balance, PlaceKind
from app.waste.registry.verifying import verify as verify_balances
from app.waste.storage.models import Container
from tests.databases import ROOT, free_port
from tests.integration.waste.consignments.world import DRUM, World, build, waybill_json

OPERATIONS = int(os.environ.get("PARKLOOP_KILL_OPERATIONS", "60"))
JOURNEY = (
    ("consignor", "submission"),
    ("consignor", "loading"),
    ("carrier", "waybill"),
    ("carrier", "loaded-containers"),
    ("consignor", "consignor-signature"),
    ("carrier", "carrier-signature"),
)
"""After the draft is made."""
TRIPS = OPERATIONS // (1 + len(JOURNEY))
KILLS = max(1, OPERATIONS // 300)
CLIENTS = 4
PATIENCE_S = 60 + OPERATIONS


def draft_of(world: World, drums: list[Container]) -> dict[str, Any]:
    """The world's complete order as one sends it."""
    order = world.order(drums)
    parties = ("consignee_id", "consignee_site_id", "carrier_id", "vehicle_id", "driver_id", "escort_id")
    return {name: str(getattr(order, name)) for name in parties if getattr(order, name)} | {
        "containers": [drum.code for drum in drums],
        "national_number": order.national_number,
        "planned_method": order.planned_method,
        "emergency_measures": order.emergency_measures,
    }


@dataclass
class Server:
    """The product under gunicorn, as often as it is killed."""

    url: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: Any = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--worker-class", "gthread"]
        command += [
            "--threads",
            str(CLIENTS),
            "--log-level",
            "critical",
            "--preload",
        ]  # wired once, then forked
        command += ["--bind", f"127.0.0.1:{self.port}"]
        environment = os.environ | {
            "ENVIRONMENT": "test",
            "DATABASE_URL": self.url,
            "FILES_DIR": str(self.folder),
        }
        self.process = subprocess.Popen(
            [*command, "wsgi:app"], cwd=ROOT, env=environment, start_new_session=True
        )

    def kill(self) -> None:
        """Master and workers at once, wherever they are."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class People:
    """Clients who do journeys one after the other and ask again until they are answered."""

    server: Server
    tokens: dict[str, str]
    drafts: SimpleQueue[dict[str, Any]]
    answers: dict[tuple[str, str], tuple[str, Any, Any, Any]] = field(default_factory=dict)
    """Path, body, headers and first answer by who asked with which key."""
    asked_again: int = 0
    problems: list[str] = field(default_factory=list)
    is_over: Event = field(default_factory=Event)

    def work(self) -> None:
        try:
            while True:
                self._journey(self.drafts.get_nowait())
        except Empty:
            pass
        except Exception as problem:  # a thread's failure is the test's
            self.problems.append(repr(problem))
            self.is_over.set()

    def _journey(self, draft: dict[str, Any]) -> None:
        (code,) = draft["containers"]
        trip = self._ask("consignor", f"create {code}", "/api/v1/consignments", draft)
        for who, noun in JOURNEY:
            told = {"seen_version": trip["version"]}
            if noun == "loaded-containers":
                told["code"] = code
            elif noun == "waybill":
                told |= waybill_json() | {"waybill_number": code}
            trip = self._ask(who, f"{noun} {code}", f"/api/v1/consignments/{trip['id']}/{noun}", told)

    def _ask(self, who: str, key: str, path: str, body: Any) -> Any:
        """Send it until an answer comes, as somebody does whose connection broke."""
        headers = {
            "Authorization": f"Bearer {self.tokens[who]}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        latest = time.monotonic() + PATIENCE_S
        while time.monotonic() < latest and not self.is_over.is_set():
            with suppress(OSError, HTTPException):
                answer = self.send(path, body, headers)
                if answer[0] < 300:
                    self.answers[who, key] = (path, body, headers, answer)
                    return answer[1]
                raise AssertionError(f"{path}: {json.dumps(answer[1], ensure_ascii=False)}")
            self.asked_again += 1
            time.sleep(0.1)
        raise AssertionError(f"{path}: never answered")

    def send(self, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any, str | None]:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            method = "PUT" if path.endswith("/waybill") else "POST"
            connection.request(method, path, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read()), answer.headers["ETag"]
        finally:
            connection.close()


@pytest.fixture
def world(throwaway_database) -> World:
    return build(throwaway_database)


@pytest.fixture
def people(world, tmp_path):
    url = world.database.engine.url.render_as_string(hide_password=False)
    server = Server(url, tmp_path)
    drafts: SimpleQueue[dict[str, Any]] = SimpleQueue()
    for drum in world.drums(TRIPS):
        drafts.put(draft_of(world, [drum]))
    with world.database.writing(Actor.system()) as work:
        emails = {
            who: work.session.get_one(User, getattr(world, who).user_id).email
            for who in ("consignor", "carrier")
        }
        tokens = {
            who: issue_token(work, IssueToken(email, ("write",), "kill")) for who, email in emails.items()
        }
    server.start()
    yield People(server, tokens, drafts)
    server.kill()


def test_a_killed_server_loses_no_acknowledged_act_and_leaves_no_half_one(world, people):
    threads = [Thread(target=people.work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for number in range(KILLS):
        _until(lambda n=number: len(people.answers) >= OPERATIONS * (n + 1) // (KILLS + 1), people)
        people.server.kill()
        people.server.start()
    for thread in threads:
        thread.join(PATIENCE_S)

    assert people.problems == []
    assert people.asked_again, "nobody noticed that the server was gone"
    assert len(people.answers) == TRIPS * (1 + len(JOURNEY))
    _ensure_whole(world)
    for path, body, headers, first in people.answers.values():
        assert people.send(path, body, headers) == first
    _ensure_whole(world)


def _until(claim: Any, people: People) -> None:
    latest = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < latest and not people.problems, people.problems
        time.sleep(0.01)


def _ensure_whole(world: World) -> None:
    """Every trip departed once, with each act as one event, and every gram on the road."""
    with world.seeing(Actor.system()) as work:
        states = Counter(work.session.scalars(select(Consignment.state)))
        assert states == {ConsignmentState.IN_TRANSIT: TRIPS}
        events = Counter(
            work.session.scalars(
                select(TraceEvent.subject_id).where(TraceEvent.subject_kind == "consignment")
            )
        )
        assert set(events.values()) == {1 + len(JOURNEY)}
        assert work.session.scalar(select(func.count()).select_from(Signature)) == 2 * TRIPS
        on_the_road = select(func.sum(Balance.mass)).where(Balance.place_kind == PlaceKind.CONSIGNMENT)
        assert work.session.scalar(on_the_road) == TRIPS * DRUM
        assert verify_balances(work) == []
        assert verify_trace(work).misfit is None
        assert [one for one in differences(work) if one.kind.startswith("consign")] == []
