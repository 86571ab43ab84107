"""What looks like a secret in the text of a source."""

from __future__ import annotations

import pytest

from pystackdsl.model.secrecy import secret_stretches, without_secrets

MANY = 50_000


@pytest.mark.parametrize(
    ("line", "is_python", "shown"),
    [
        ("DB_PASSWORD: hunter2", False, "DB_PASSWORD: …"),
        ("- API_TOKEN=abc  # x", False, "- API_TOKEN=…  # x"),
        ("command: run --token abc now", False, "command: run --token … now"),
        ("a: http://me:pw@host/", False, "a: http://me:…@host/"),
        ('x = {"DB_PASSWORD": "hunter2"}', True, 'x = {"DB_PASSWORD": "…"}'),
        ('y = ["--password", "hunter2"]', True, 'y = ["--password", "…"]'),
        ('y = "run --token=abc"', True, 'y = "run --token=…"'),
        ("db = f(password=word)", True, "db = f(password=word)"),
        ("DB_PASSWORD: ${DB_PASSWORD}", False, "DB_PASSWORD: ${DB_PASSWORD}"),
        ("my.password: 'a b'", False, "my.password: '…'"),
    ],
)
def test_what_looks_secret_is_hidden(line: str, is_python: bool, shown: str) -> None:
    assert without_secrets(line, is_python=is_python) == shown


@pytest.mark.parametrize("is_python", [True, False])
@pytest.mark.parametrize("part", ["x", "a-", "--a", '\\"', '"', "a://", ":", "a:", "a\n", 'a"', '"p=a" ', "password="])
def test_long_texts_are_searched_in_one_pass(part: str, is_python: bool) -> None:
    """Would take hours if each character were the beginning of a search to the end."""
    assert len(secret_stretches('"' + part * MANY, is_python=is_python)) <= MANY
