"""What one YAML scalar means to Docker, and the text it becomes."""

from __future__ import annotations

import copy
import math
import pickle

import pytest

from pystackdsl.compose.goscalar import (
    Timestamp,
    go_float,
    go_int,
    go_text,
    is_text_key,
    plain_value,
    tagged_value,
)
from pystackdsl.diagnostics import InvalidText

CORE = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("tRue", "tRue"),
        ("yes", "yes"),
        ("on", "on"),
        ("n", "n"),
        ("", None),
        ("~", None),
        ("NULL", None),
        ("nUll", "nUll"),
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("010", 8),
        ("0o10", 8),
        ("0O10", 8),
        ("0x1F", 31),
        ("0b11", 3),
        ("0b-1", -1),
        ("0o-7", -7),
        ("1_000", 1000),
        ("1_", 1),
        ("_1", "_1"),
        ("0888", 888.0),
        ("0_7", 7),
        ("9223372036854775807", 2**63 - 1),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", float(2**64)),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", -9223372036854775809.0),
        ("9" * 5000, "9" * 5000),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        (".5_0", 0.5),
        ("._5", "._5"),
        ("1e400", "1e400"),
        ("1e", "1e"),
        ("0x1p4", "0x1p4"),
        ("0x", "0x"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        (".iNf", ".iNf"),
        ("22:22", "22:22"),
        ("190:20:30", "190:20:30"),
        ("-", "-"),
        ("+", "+"),
        (".", "."),
        ("<<", "<<"),
        ("=", "="),
        ("10s", "10s"),
        ("1.2.3", "1.2.3"),
        ("2001-02-30", "2001-02-30"),
        ("2001-13-01", "2001-13-01"),
        ("2001-12-14 21:59:43Z", "2001-12-14 21:59:43Z"),
        ("2001-12-14T21:59:43", "2001-12-14T21:59:43"),
        ("2001-12-14T24:00:00Z", "2001-12-14T24:00:00Z"),
        ("12001-01-01", "12001-01-01"),
    ],
)
def test_an_unquoted_scalar(text, value):
    found = plain_value(text)
    assert (type(found), found) == (type(value), value)


def test_not_a_number_is_a_float():
    assert math.isnan(plain_value(".NaN"))


@pytest.mark.parametrize(
    ("text", "said", "rfc3339"),
    [
        ("2001-01-01", "2001-01-01 00:00:00 +0000 UTC", "2001-01-01T00:00:00Z"),
        ("2001-1-2", "2001-01-02 00:00:00 +0000 UTC", "2001-01-02T00:00:00Z"),
        ("2000-02-29", "2000-02-29 00:00:00 +0000 UTC", "2000-02-29T00:00:00Z"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.1 -0500 -0500", "2001-12-14T21:59:43.1-05:00"),
        ("2001-12-14T1:2:3,25Z", "2001-12-14 01:02:03.25 +0000 UTC", "2001-12-14T01:02:03.25Z"),
        ("2001-12-14   21:59:43", "2001-12-14 21:59:43 +0000 UTC", "2001-12-14T21:59:43Z"),
        ("2001-12-14T00:00:00.1234567899+05:30", "2001-12-14 00:00:00.123456789 +0530 +0530", None),
    ],
)
def test_a_date(text, said, rfc3339):
    found = plain_value(text)
    assert isinstance(found, Timestamp)
    assert go_text(found) == str(found) == said
    if rfc3339:
        assert found.rfc3339 == rfc3339
        assert plain_value(found.rfc3339) == found


def test_a_date_is_a_value():
    one, other = plain_value("2001-12-14T01:02:03.5-01:00"), plain_value("2001-12-14T1:2:3.50-01:00")
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert one != plain_value("2001-12-14T01:02:03.5Z")


@pytest.mark.parametrize(
    ("tag", "text", "plain", "value"),
    [
        (f"{CORE}str", "5", True, "5"),
        (f"{CORE}str", "", True, ""),
        (f"{CORE}int", "5", False, 5),
        (f"{CORE}int", "0x10", True, 16),
        (f"{CORE}float", "5", True, 5.0),
        (f"{CORE}float", "1e3", False, 1000.0),
        (f"{CORE}bool", "true", False, True),
        (f"{CORE}null", "", False, None),
        (f"{CORE}binary", "aGVs\nbG8=", True, "hello"),
        (f"{CORE}binary", "", True, ""),
        (f"{CORE}foo", "5", True, "5"),
        ("!reset", "null", True, "null"),
        ("!", "5", True, 5),
        ("!", "5", False, "5"),
        (f"{CORE}seq", "x", True, "x"),
    ],
)
def test_a_tagged_scalar(tag, text, plain, value):
    found = tagged_value(tag, text, plain=plain)
    assert (type(found), found) == (type(value), value)


def test_binary_that_is_no_text_keeps_its_bytes():
    assert tagged_value(f"{CORE}binary", "/w==", plain=True) == "\udcff"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "5.0"),
        ("int", "2001-01-01"),
        ("int", ""),
        ("float", "x"),
        ("float", "12345678901234567890"),
        ("bool", "yes"),
        ("null", "x"),
        ("timestamp", "x"),
        ("binary", "aGVs bG8="),
        ("binary", "aGVsbG8"),
        ("binary", "YWI=="),
    ],
)
def test_a_tag_that_does_not_fit(kind, text):
    with pytest.raises(InvalidText) as caught:
        tagged_value(f"{CORE}{kind}", text, plain=True)
    finding = caught.value.findings[0]
    assert f"!!{kind}" in finding.summary
    assert finding.expected
    assert finding.help


@pytest.mark.parametrize(
    ("tag", "text", "plain", "is_key"),
    [
        (None, "image", True, True),
        (None, "yes", True, True),
        (None, "5", True, False),
        (None, "5", False, True),
        (None, "", True, False),
        (None, "", False, True),
        (None, "true", True, False),
        ("!", "5", True, False),
        ("!", "x", True, True),
        (f"{CORE}str", "5", True, True),
        (f"{CORE}binary", "YQ==", True, False),
        ("!x", "x", True, False),
    ],
)
def test_which_keys_are_text(tag, text, plain, is_key):
    assert is_text_key(tag, text, plain=plain) is is_key


@pytest.mark.parametrize(
    ("value", "text"),
    [(8, "8"), (1e6, "1e+06"), (True, "true"), (False, "false"), (None, ""), ("x", "x"), (2.0, "2")],
)
def test_the_text_of_a_value(value, text):
    assert go_text(value) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("+5", 5),
        ("-5", -5),
        ("010", 10),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("0" * 90 + "1", 1),
        ("9223372036854775808", None),
        ("9" * 5000, None),
        ("1_0", None),
        ("0x1", None),
        ("1.0", None),
        ("", None),
        (" 1", None),
        ("1\n", None),
        ("٣", None),
    ],
)
def test_the_cast_to_int(text, number):
    assert go_int(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 0.5),
        ("1.", 1.0),
        ("+.5", 0.5),
        ("1_000e-4", 0.1),
        ("5e-1_0", 5e-10),
        ("0x1p-2", 0.25),
        ("0x1_0p-8", 0.0625),
        ("0x_1p0", 1.0),
        ("Inf", math.inf),
        ("-infinity", -math.inf),
        ("1__0", None),
        ("_1", None),
        ("1_", None),
        ("1_.0", None),
        ("0x1", None),
        ("0b1", None),
        ("1e400", None),
        ("0x1p9999", None),
        ("+nan", None),
        ("", None),
        (" 1", None),
    ],
)
def test_the_cast_to_float(text, number):
    assert go_float(text) == number
