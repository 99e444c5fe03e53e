"""Uploads: kept as they came, shown without what they tell in secret, refused when they are none."""

import os
import struct
import zlib
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from app.foundation.core.errors import InvalidInput, NotFound
from app.foundation.core.ids import new_id
from app.foundation.core.work import Actor
from app.foundation.files.models import StoredFile
from app.foundation.files.operations import MAX_PHOTO_BYTES, FileStore, file_for, store_file, store_photo
from app.foundation.rulebook.retention import file_kept_until
from app.parties.accounts.permissions import Role
from tests.factories import somebody

SYSTEM = Actor.system()
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def a_picture(kind="JPEG", size=(40, 30), **saved):
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **saved)
    return out.getvalue()


def kept(database, store, content, name="a.jpg", actor=SYSTEM, now=None):
    with database.writing(actor, now=now) as work:
        return store_file(work, store, content, name, "image/jpeg", file_kept_until("hw_ledger", work.today))


def taken(database, store, content, name="a.jpg"):
    with database.writing(SYSTEM) as work:
        return store_photo(work, store, content, name, "#/photo", work.today)


def shown_of(store, row):
    return Image.open(BytesIO(store.path(row.view_sha256).read_bytes()))


def files_in(store):
    return sorted(path for path in store._folder.rglob("*") if path.is_file())


def test_a_file_is_named_by_its_content_and_stored_once(database, store):
    first, second = (kept(database, store, b"hello") for _ in range(2))

    assert first.sha256 == second.sha256 == HELLO
    assert first.id != second.id
    assert files_in(store) == [store.path(HELLO)]
    assert store.path(HELLO).read_bytes() == b"hello"
    assert (first.size, first.media_type) == (5, "image/jpeg")


def test_the_file_is_synced_and_in_place_before_the_row_commits(database, store, monkeypatch):
    synced = []
    plain_fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (synced.append(number), plain_fsync(number)))

    with database.writing(SYSTEM) as work:
        store_file(work, store, b"hello", "a.txt", "text/plain", work.today)
        assert store.path(HELLO).exists()
        assert len(synced) == 3  # the content, and both folders that name it


def test_an_upload_whose_transaction_failed_is_swept(database, store):
    stays = kept(database, store, b"stays")
    with pytest.raises(ZeroDivisionError), database.writing(SYSTEM) as work:
        store_file(work, store, b"hello", "a.txt", "text/plain", work.today)
        raise ZeroDivisionError
    assert len(files_in(store)) == 2

    assert store.sweep({stays.sha256}) == 1

    assert files_in(store) == [store.path(stays.sha256)]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("台账 2026.xlsx", "台账 2026.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\台账\\一月.xlsx", "一月.xlsx"),
        ("", "file"),
        ("/", "file"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("长" * 300, "长" * 200),
    ],
)
def test_names_are_only_names(database, store, session, given, name):
    row = kept(database, store, b"hello", given)

    assert session.scalar(select(StoredFile.filename).where(StoredFile.id == row.id)) == name


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (datetime(2026, 11, 30, 2, tzinfo=UTC), date(2036, 11, 30)),
        (datetime(2026, 1, 31, 2, tzinfo=UTC), date(2036, 1, 31)),
        (datetime(2028, 2, 29, 2, tzinfo=UTC), date(2038, 3, 1)),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), date(2037, 1, 1)),
    ],
)
def test_files_are_kept_ten_years_and_not_a_day_less(database, store, today, until):
    assert kept(database, store, b"hello", now=today).keep_until == until


# --- Photos ---


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_it_came_and_shown_smaller(database, store, kind):
    content = a_picture(kind, (3_000, 2_000))

    row = taken(database, store, content)

    assert store.path(row.sha256).read_bytes() == content
    assert row.media_type == f"image/{kind.lower()}"
    shown = shown_of(store, row)
    assert (shown.format, shown.size) == ("JPEG", (1_600, 1_067))


def test_what_is_shown_tells_no_place_no_camera_and_no_comment(database, store):
    exif = Image.Exif()
    exif[0x010F] = "Camera of Lu Qinglan"
    exif.get_ifd(0x8825)[1] = "N"
    content = a_picture(exif=exif, comment=b"taken at home")
    assert b"Lu Qinglan" in content
    assert b"taken at home" in content

    shown = store.path(taken(database, store, content).view_sha256).read_bytes()

    assert b"Lu Qinglan" not in shown
    assert b"taken at home" not in shown
    assert not Image.open(BytesIO(shown)).getexif()


def test_a_photo_taken_sideways_is_shown_upright(database, store):
    exif = Image.Exif()
    exif[0x0112] = 6

    row = taken(database, store, a_picture(size=(40, 30), exif=exif))

    assert shown_of(store, row).size == (30, 40)


def test_phones_that_put_two_pictures_into_one_file_are_understood(database, store):
    out = BytesIO()
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])

    assert taken(database, store, out.getvalue()).media_type == "image/jpeg"


def test_a_picture_with_transparency_is_shown_too(database, store):
    out = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")

    assert taken(database, store, out.getvalue()).view_sha256


def a_bomb(width, height):
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 1_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


NO_PHOTOS = {
    "empty": b"",
    "a text": b"hello",
    "a script that calls itself JPEG": b"\xff\xd8\xff\xe0<script>alert(1)</script>",
    "a cut JPEG": a_picture(size=(400, 300))[:-200],
    "half a PNG": a_picture("PNG", (400, 300))[:60],
    "a GIF": a_picture("GIF"),
    "a TIFF": a_picture("TIFF"),
    "a PDF": b"%PDF-1.7\n",
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "too many pixels": a_bomb(8_000, 8_000),
    "a bomb": a_bomb(12_000, 12_000),
    "a bomb that Pillow refuses itself": a_bomb(60_000, 60_000),
    "100 MB": b"\xff\xd8\xff" + bytes(100 * 2**20),
    "one byte too much": a_picture() + bytes(MAX_PHOTO_BYTES),
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", NO_PHOTOS)
def test_what_is_no_photo_is_refused_in_words_and_nothing_is_kept(database, store, session, name):
    with pytest.raises(InvalidInput) as refused:
        taken(database, store, NO_PHOTOS[name])

    (problem,) = refused.value.problems
    assert problem.pointer == "#/photo"
    assert "照片" in str(problem.text)
    assert files_in(store) == []
    assert session.scalars(select(StoredFile)).all() == []


# --- Whose they are ---


def test_a_file_is_seen_by_its_firm_and_its_park(database, store):
    firm, park = new_id(), new_id()
    producer = somebody(Role.PRODUCER, firm, park)
    row = kept(database, store, b"hello", actor=producer)

    for actor in (producer, somebody(Role.PRODUCER, firm), somebody(Role.INSPECTOR, None, park)):
        with database.reading(actor) as work:
            assert file_for(work, row.id).id == row.id
    strangers = (
        somebody(Role.PRODUCER, new_id(), park),
        somebody(Role.INSPECTOR, None, new_id()),
        Actor(via="public"),
    )
    for actor in strangers:
        with pytest.raises(NotFound), database.reading(actor) as work:
            file_for(work, row.id)


def test_a_parks_own_file_is_not_another_parks(database, store):
    """Files of park staff belong to no firm; neither does the staff of another park."""
    park = new_id()
    row = kept(database, store, b"hello", actor=somebody(Role.PARK_OPERATOR, None, park))

    with database.reading(somebody(Role.INSPECTOR, None, park)) as work:
        assert file_for(work, row.id).id == row.id
    for actor in (somebody(Role.INSPECTOR, None, new_id()), Actor(via="public")):
        with pytest.raises(NotFound), database.reading(actor) as work:
            file_for(work, row.id)
