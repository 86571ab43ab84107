"""Which values of an environment are shown."""

from __future__ import annotations

import pytest

from pystackdsl.swarm.masking import MASK, masked


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD", "PASSWORD", "pgpass", "API_KEY", "AWS_SECRET_ACCESS_KEY", "TOKEN", "GITHUB_TOKEN", "SENTRY_DSN",
        "SECRET_KEY_BASE", "JWT", "GH_PAT", "npm.pat", "splunk-token", "DB_PW", "PRIVATE_KEY", "auth", "session.cookie", "CREDENTIALS",
    ],
)  # fmt: skip
def test_a_name_that_looks_secret(name: str) -> None:
    assert masked(name, "hunter2") == MASK
    assert masked(name, "") == ""


@pytest.mark.parametrize(
    "name",
    [
        "POSTGRES_PASSWORD_FILE",
        "AUTHOR",
        "KEYBOARD",
        "SSL_CERT_DIR",
        "KEY_ID",
        "LOG",
        "SPWN",
        "PATH",
        "PATTERN",
        "max-size",
    ],
)
def test_a_name_that_does_not(name: str) -> None:
    assert masked(name, "value") == "value"


def test_a_password_in_a_url() -> None:
    assert masked("DATABASE_URL", "postgres://shop:hunter2@db/shop") == "postgres://shop:***@db/shop"
    assert masked("URLS", "redis://:pw@a,redis://:pw@b") == "redis://:***@a,redis://:***@b"
    assert masked("URL", "https://example.com:80/a@b") == "https://example.com:80/a@b"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Server=db;User Id=sa;Password=hunter2;Encrypt=no", "Server=db;User Id=sa;Password=***;Encrypt=no"),
        ("Server=db;Pwd = a b&c", "Server=db;Pwd = ***"),
        ("AccountName=x;AccountKey=aGk=;Suffix=y", "AccountName=x;AccountKey=***;Suffix=y"),
        ("host=db password='a;b' dbname=x", "host=db password=*** dbname=x"),
        ("username=x,password=hunter2", "username=x,password=***"),
        ("-Djavax.net.ssl.keyStorePassword=hunter2", "-Djavax.net.ssl.keyStorePassword=***"),
        ("mode=fast;passes=3", "mode=fast;passes=3"),
        ("postgres://a:b@db/x?password=c", "postgres://a:***@db/x?password=***"),
    ],
)
def test_a_password_among_parts(value: str, shown: str) -> None:
    assert masked("CONNECTION", value) == shown
