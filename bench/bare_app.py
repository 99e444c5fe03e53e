"""The bare forms of calls over HTTP: a Flask view that inserts two rows and commits, and one that replies, nothing else."""

import json
import os
from uuid import UUID, uuid4

from flask import Flask, Response, request
from sqlalchemy import create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"], pool_size=8)
REPLY = json.dumps({"body": "x" * 2000})
INSERT = text("INSERT INTO bare_rows (id, body) VALUES (:id, :body)")


LISTED = text(
    "SELECT json_agg(row_to_json(listed))::text FROM (SELECT c.id, c.number, c.national_number, c.state, c.version, "
    "c.container_count, c.sent_mass, c.created_at FROM consignments c JOIN consignment_viewers v "
    "ON v.consignment_id = c.id WHERE v.viewer_id = :viewer ORDER BY v.consignment_id DESC LIMIT 50) listed"
)


class Base(DeclarativeBase):
    """Of the one mapped class."""


class BareRow(Base):
    """A row with two columns."""

    __tablename__ = "bare_rows"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    body: Mapped[str]


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.post("/reply")
def reply() -> Response:
    return Response(REPLY, content_type="application/json")


@app.post("/two-rows")
def two_rows() -> dict[str, str]:
    body = request.get_json()["body"]
    with engine.begin() as connection:
        for _ in range(2):
            connection.execute(INSERT, {"id": uuid4(), "body": body})
    return {"body": body}


@app.post("/two-rows-mapped")
def two_rows_mapped() -> dict[str, str]:
    body = request.get_json()["body"]
    with Session(engine) as session, session.begin():
        session.add_all([BareRow(id=uuid4(), body=body), BareRow(id=uuid4(), body=body)])
    return {"body": body}


@app.get("/listed/<uuid:viewer>")
def listed(viewer: UUID) -> Response:
    with engine.connect() as connection:
        found = connection.execute(LISTED, {"viewer": viewer}).scalar_one()
    return Response(found, content_type="application/json")


@app.get("/reply-of/<int:size>")
def reply_of(size: int) -> Response:
    return Response(json.dumps({"body": "x" * size}), content_type="application/json")
