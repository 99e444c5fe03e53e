"""Everything that differs between deployments, read once from the environment."""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENTS = ("production", "demo", "test")
DEMO = Path(__file__).parent / "var" / "demo"
"""Where everything lies that no setting points elsewhere; `make demo` uses it too."""


class ConfigurationError(Exception):
    """The environment lacks something or holds a wrong value; the text names all of it."""


@dataclass(frozen=True)
class Config:
    """Settings of one deployment. Secrets have defaults only outside production."""

    environment: str
    database_url: str
    public_url: str
    files_dir: Path
    secret_key: str
    key_encryption_key: bytes
    """32 bytes under which private keys are encrypted in the database."""
    max_upload_bytes: int = 50 * 2**20
    session_hours: int = 12

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


def _demo_secret(purpose: str) -> bytes:
    return hashlib.sha256(f"parkloop demo {purpose}: not a secret".encode()).digest()


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration.

    Environment: ENVIRONMENT (demo by default), DATABASE_URL, PUBLIC_URL, FILES_DIR, SECRET_KEY,
    KEY_ENCRYPTION_KEY (32 bytes as URL-safe base64), MAX_UPLOAD_MB, SESSION_HOURS.

    Raises:
        ConfigurationError: names every missing or wrong setting at once.
    """
    problems: list[str] = []
    environment = environ.get("ENVIRONMENT", "demo")
    if environment not in ENVIRONMENTS:
        problems.append(f"ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}, not {environment!r}")
    if environment == "production":
        required = ("DATABASE_URL", "PUBLIC_URL", "FILES_DIR", "SECRET_KEY", "KEY_ENCRYPTION_KEY")
        problems += [f"{name} is not set" for name in required if not environ.get(name)]
        if len(environ.get("SECRET_KEY", "x" * 32)) < 32:
            problems.append("SECRET_KEY must have at least 32 characters")
    key = _key_encryption_key(environ, problems)
    numbers = {
        name: _positive(environ, name, default, problems)
        for name, default in (("MAX_UPLOAD_MB", 50), ("SESSION_HOURS", 12))
    }
    public_url = environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    if not public_url.startswith(("http://", "https://")):
        problems.append("PUBLIC_URL must start with https:// (or http:// on one's own machine)")
    if problems:
        raise ConfigurationError("Configuration: " + "; ".join(problems))
    return Config(
        environment=environment,
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{DEMO / 'parkloop.sqlite'}",
        public_url=public_url,
        files_dir=Path(environ.get("FILES_DIR") or DEMO / "files"),
        secret_key=environ.get("SECRET_KEY") or _demo_secret("session").hex(),
        key_encryption_key=key,
        max_upload_bytes=numbers["MAX_UPLOAD_MB"] * 2**20,
        session_hours=numbers["SESSION_HOURS"],
    )


def _key_encryption_key(environ: Mapping[str, str], problems: list[str]) -> bytes:
    text = environ.get("KEY_ENCRYPTION_KEY")
    if not text:
        return _demo_secret("keys")
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        problems.append("KEY_ENCRYPTION_KEY must be 32 bytes as URL-safe base64")
    return key


def _positive(environ: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = environ.get(name, str(default))
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    problems.append(f"{name} must be a whole number above 0, not {text!r}")
    return default
