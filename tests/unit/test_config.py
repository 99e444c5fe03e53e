"""A deployment that lacks something doesn't start, and says all it lacks at once."""

import base64

import pytest

import config
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
