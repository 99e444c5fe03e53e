"""Everything that differs between deployments, read once from the environment."""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENTS = ("production", "demo", "test")
DEMO = Path(__file__).parent / "var" / "demo"
"""Where everything lies that no setting points elsewhere; `make demo` uses it too."""

VERIFIER_KEY = re.compile(r"[^+\s]+\+[0-9a-f]{8}\+B[A-P][A-Za-z0-9+/]{42}")
"""A witness's: kind 4 and an Ed25519 key, as C2SP signed notes write it."""

GENEROUS = "read=1200 write=300 heavy=60"
"""Calls a minute for one token."""


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
    trusted_proxies: int = 0
    """How many proxies stand before the server and pass on the caller's address in X-Forwarded-For."""
    rate_limits: tuple[tuple[str, int], ...] = ()
    """Calls of the API a minute for one token, by class of query: read, write, heavy; none if empty."""
    witnesses: tuple[str, ...] = ()
    """Verifier keys of those who may co-sign checkpoints of the trace logs."""

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


def _demo_secret(purpose: str) -> bytes:
    return hashlib.sha256(f"parkloop demo {purpose}: not a secret".encode()).digest()


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration.

    Environment: ENVIRONMENT (demo by default), DATABASE_URL, PUBLIC_URL, FILES_DIR, SECRET_KEY,
    KEY_ENCRYPTION_KEY (32 bytes as URL-safe base64), MAX_UPLOAD_MB, SESSION_HOURS, TRUSTED_PROXIES, RATE_LIMITS, TRACE_WITNESSES (verifier
    keys of witnesses, with white space between).

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
    rate_limits = _rate_limits(environ, environment, problems)
    proxies = _proxies(environ, problems)
    public_url = environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    if not public_url.startswith(("http://", "https://")):
        problems.append("PUBLIC_URL must start with https:// (or http:// on one's own machine)")
    witnesses = tuple(environ.get("TRACE_WITNESSES", "").split())
    problems += [
        f"TRACE_WITNESSES: {text!r} is no verifier key (NAME+KEYID+BASE64)"
        for text in witnesses
        if not VERIFIER_KEY.fullmatch(text)
    ]
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
        trusted_proxies=proxies,
        rate_limits=rate_limits,
        witnesses=witnesses,
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


def _proxies(environ: Mapping[str, str], problems: list[str]) -> int:
    text = environ.get("TRUSTED_PROXIES") or "0"
    if text.isascii() and text.isdigit() and int(text) <= 9:
        return int(text)
    problems.append(f"TRUSTED_PROXIES must be a whole number from 0 to 9, not {text!r}")
    return 0


def _rate_limits(
    environ: Mapping[str, str], environment: str, problems: list[str]
) -> tuple[tuple[str, int], ...]:
    """`read=1200 write=300 heavy=60`, or `off`; without it generous ones in production and none elsewhere."""
    text = environ.get("RATE_LIMITS") or (GENEROUS if environment == "production" else "off")
    if text == "off":
        return ()
    found = [part.partition("=") for part in text.split()]
    if any(name not in ("read", "write", "heavy") or not _is_count(number) for name, _, number in found):
        problems.append(f"RATE_LIMITS must be off or like {GENEROUS!r}, not {text!r}")
        return ()
    return tuple((name, int(number)) for name, _, number in found)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) <= 10**6


def _positive(environ: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = environ.get(name, str(default))
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    problems.append(f"{name} must be a whole number above 0, not {text!r}")
    return default
