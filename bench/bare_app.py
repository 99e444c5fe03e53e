"""The bare form of a write over HTTP: a Flask view that inserts two rows and commits, nothing else."""

import os
from uuid import uuid4

from flask import Flask, request
from sqlalchemy import create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"], pool_size=8)
INSERT = text("INSERT INTO bare_rows (id, body) VALUES (:id, :body)")


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.post("/two-rows")
def two_rows() -> dict[str, str]:
    body = request.get_json()["body"]
    with engine.begin() as connection:
        for _ in range(2):
            connection.execute(INSERT, {"id": uuid4(), "body": body})
    return {"body": body}
