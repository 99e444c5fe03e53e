"""A deployment that lacks something doesn't start, and says all it lacks at once."""

import base64

import pytest
from flask import request

import config
from app.entry.guard import public
from app.factory import create_app
from tests.conftest import a_config

PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql+psycopg://parkloop@db/parkloop",
    "PUBLIC_URL": "https://park.example",
    "FILES_DIR": "/srv/files",
    "SECRET_KEY": "k" * 32,
    "KEY_ENCRYPTION_KEY": base64.urlsafe_b64encode(bytes(range(32))).decode(),
}
REQUIRED = sorted(set(PRODUCTION) - {"ENVIRONMENT"})


def problems_of(environ):
    with pytest.raises(config.ConfigurationError) as refused:
        config.load(environ)
    return str(refused.value)


def test_production_without_anything_names_all_that_is_missing():
    text = problems_of({"ENVIRONMENT": "production"})

    assert all(f"{name} is not set" in text for name in REQUIRED)


@pytest.mark.parametrize("name", REQUIRED)
def test_production_needs_each_of_its_secrets(name):
    text = problems_of(PRODUCTION | {name: ""})

    assert f"{name} is not set" in text
    assert [other for other in REQUIRED if f"{other} is not set" in text] == [name]


def test_production_keeps_what_it_was_given():
    settings = config.load(PRODUCTION)

    assert settings.is_production
    assert settings.key_encryption_key == bytes(range(32))
    assert settings.secret_key == "k" * 32
    assert settings.public_url == "https://park.example"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 32"),
        ("KEY_ENCRYPTION_KEY", "c2hvcnQ=", "KEY_ENCRYPTION_KEY must be 32 bytes"),
        ("KEY_ENCRYPTION_KEY", "not base64 钥", "KEY_ENCRYPTION_KEY must be 32 bytes"),
        ("PUBLIC_URL", "park.example", "PUBLIC_URL must start with"),
        ("ENVIRONMENT", "prod", "ENVIRONMENT must be one of"),
        ("MAX_UPLOAD_MB", "0", "MAX_UPLOAD_MB must be a whole number"),
        ("SESSION_HOURS", "1.5", "SESSION_HOURS must be a whole number"),
        ("SESSION_HOURS", "-1", "SESSION_HOURS must be a whole number"),
    ],
)
def test_each_wrong_value_is_named(name, value, told):
    assert told in problems_of(PRODUCTION | {name: value})


def test_all_that_is_wrong_is_told_at_once():
    text = problems_of({"ENVIRONMENT": "production", "SECRET_KEY": "x", "MAX_UPLOAD_MB": "many"})

    assert text.count(";") == 5


def test_the_demo_needs_nothing_and_its_secrets_differ():
    settings = config.load({})

    assert settings.environment == "demo"
    assert settings.database_url.startswith("sqlite:///")
    assert settings.secret_key != settings.key_encryption_key.hex()


def test_settings_do_not_change(tmp_path):
    settings = a_config("sqlite://", tmp_path)

    with pytest.raises(AttributeError):
        settings.secret_key = "other"


def test_the_api_is_limited_in_production_alone_unless_said_otherwise(tmp_path):
    assert dict(config.load(PRODUCTION).rate_limits) == {"read": 1200, "write": 300, "heavy": 60}
    assert config.load(PRODUCTION | {"RATE_LIMITS": "off"}).rate_limits == ()
    assert a_config("sqlite://", tmp_path).rate_limits == ()
    assert a_config("sqlite://", tmp_path, RATE_LIMITS="read=5").rate_limits == (("read", 5),)


@pytest.mark.parametrize("text", ["much", "read=0", "read=-1", "all=5", "read=5,write=5", "read"])
def test_limits_that_are_none_stop_the_start(text):
    assert "RATE_LIMITS" in problems_of({"RATE_LIMITS": text})


def test_the_address_a_proxy_names_counts_only_where_proxies_are_trusted(tmp_path):
    def address_seen(**changes):
        app = create_app(a_config("sqlite://", tmp_path, **changes))
        app.add_url_rule("/seen", "seen", public(lambda: request.remote_addr))
        return app.test_client().get("/seen", headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3"}).text

    assert (address_seen(), address_seen(TRUSTED_PROXIES="1")) == ("127.0.0.1", "10.1.2.3")
    assert "TRUSTED_PROXIES" in problems_of({"TRUSTED_PROXIES": "all"})
