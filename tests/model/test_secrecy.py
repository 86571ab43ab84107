"""What looks like a secret in the text of a source."""

from __future__ import annotations

import pytest

from pystackdsl.model.secrecy import secret_stretches, without_passwords, without_secrets

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
        ("content: hunter2 or so", False, "content: …"),
        ('secrets: {s: {content: "a b", nam: x}}', False, 'secrets: {s: {content: "…", nam: x}}'),
        ("secrets: {s: {content: a b, nam: x}}", False, "secrets: {s: {content: …, nam: x}}"),
        ("secrets:\n  s:\n    content: |\n      a\n\n      b\n  t:", False, "secrets:\n  s:\n    content: |…\n  t:"),
        ("  DB_PASSWORD hunter2 or so", False, "  DB_PASSWORD …"),
        ("password {{ word }}", False, "password {{ word }}"),
        ("API_TOKEN: {a: hunter2}, b: c", False, "API_TOKEN: {…}, b: c"),
        ("args: {DB_PASSWORD: {hunter2: 1}}", False, "args: {DB_PASSWORD: {…}}"),
        ("A_TOKEN: {a: {b: c}, d: hunter2}", False, "A_TOKEN: {…}"),
        ("{A_TOKEN: [[a], hunter2]}", False, "{A_TOKEN: […]}"),
        ("configs: {c: {content: 'it'}}", False, "configs: {c: {content: 'it'}}"),
        ("secrets: {db_password: {fil: ./x}}", False, "secrets: {db_password: {fil: ./x}}"),
        ("secrets:\n  db_password: {fil: ./x}", False, "secrets:\n  db_password: {fil: ./x}"),
    ],
)
def test_what_looks_secret_is_hidden(line: str, is_python: bool, shown: str) -> None:
    assert without_secrets(line, is_python=is_python) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("run --password=hunter2 --other x", "run --password=*** --other x"),
        ("run --password 'a b' --other x", "run --password '***' --other x"),
        ("sh -c 'PASSWORD=hunter2 run'", "sh -c 'PASSWORD=*** run'"),
        ("curl -H 'Authorization: Bearer abc.def' x", "curl -H 'Authorization: Bearer ***' x"),
        ("curl -H 'Authorization: abc' x", "curl -H 'Authorization: ***' x"),
        ("say Bearer abcd.efgh.ijkl", "say Bearer ***"),
        ("me:hunter2@tcp(db:3306)/x", "me:***@tcp(db:3306)/x"),
        ("me:$apr1$abc$def/1,you:$2y$05$xyz", "me:***,you:***"),
        ("redis-server --requirepass hunter2", "redis-server --requirepass ***"),
        ("curl -fsu me:hunter2 x; curl -s -u 'me:hunter2' x", "curl -fsu me:*** x; curl -s -u 'me:***' x"),
        ("redis-cli -a hunter2 ping", "redis-cli -a *** ping"),
        ("mysqladmin ping -h db -phunter2", "mysqladmin ping -h db -p***"),
        ("mysqladmin ping -p$$PW", "mysqladmin ping -p$$PW"),
        ("mysql -u root -p", "mysql -u root -p"),
        ('{"password": "hunter2", "a": 1}', '{"password": "***", "a": 1}'),
        ("run --token-ttl 30 -p 80", "run --token-ttl 30 -p 80"),
        ("Host(`a`) && PathPrefix(`/b`)", "Host(`a`) && PathPrefix(`/b`)"),
        ("https://x:80/a@b", "https://x:80/a@b"),
    ],
)
def test_passwords_in_a_value_are_covered(text: str, shown: str) -> None:
    assert without_passwords(text) == shown


@pytest.mark.parametrize("is_python", [True, False])
@pytest.mark.parametrize(
    "part",
    [
        "x",
        "a-",
        "--a",
        '\\"',
        '"',
        "a://",
        ":",
        "a:",
        "a\n",
        'a"',
        '"p=a" ',
        "password=",
        "mysql ",
        "a:$1$",
        "token: {",
        "token: [a",
        "content: |\n",
        "content: |\n\n ",
        "secrets:\n",
        "token a\n",
        "{token: ",
        ",token: a",
    ],
)
def test_long_texts_are_searched_in_one_pass(part: str, is_python: bool) -> None:
    """Would take hours if each character were the beginning of a search to the end."""
    assert len(secret_stretches('"' + part * MANY, is_python=is_python)) <= MANY
