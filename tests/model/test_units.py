"""Durations, sizes, CPU shares and file modes: spelling, equality, and Docker's own verdict on the grammar."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import timedelta

import pytest
from rig.judge import Judge

from pystackdsl.diagnostics import InvalidText, InvalidType
from pystackdsl.model.container import Healthcheck
from pystackdsl.model.deploy import Limits
from pystackdsl.model.units import Bytes, Cpus, Duration, FileMode, as_bytes, as_cpus, as_duration, as_file_mode

DURATIONS = """
    5s|1m30s|1h|0|+0|-0|00|0s|s|.s|.5s|5.s|1.5h|1h1|1 s| 1s|1s |1S|1d|1us|1µs|1μs|1ns|1.5ns|0.5ns|1e3s|--1s|+-1s|+1s|-1s
    1ms1s|1s1s|1h-1m|0.1us|0.0000000001s|1.00000000000000000000000001s|0.999999999999999999999999s|1,5s|1m 30s|1_000s|0x10s
    9223372036.854775807s|9223372036.854775808s|-9223372036.854775808s|-9223372036.854775809s|9223372036854775807ns
    9223372036854775808ns|2562047h47m16.854775807s|2562047h47m16.854775808s|99999999999999999999s|0.3333333333333333333h
    0.1234567899ms|1.µs|inf|1h1h|.|+|-|.0s|0.|0.0|1.s.|1..5s|0h0m|100h|90m|3600s|1.1h|2.2s|7.4us|1.0000000005s|٣s
    0.9223372036854775807h|0.9223372036854775808h|0.99999999999999999999m
""".strip("\n")

SIZES = """
    512M|512m|512mb|512MB|512MiB|512Mi|512 M|512  M|512 MB|1.5g|1.5 g|.5g|5.|5.g|0|00|-1|-0|+5|+5m|m|b|5b|5B|5bb|5 b|5kb
    5kib|5KIB|5k i|5pb|5eb|5e|1e3|1e3m|1E3|1e-3g|1e|0x10|1_000|1__0|_1|1_|5m |5 | 5m|inf|nan|1 inf|8191p|8388607g|1.1k|0.1
    0.9b|1.9|0.1k|1.0001k|5T|5tb|5ti|5tib|5bi|5ib|1,5g|1.2.3m|9.999999999999999999p|1.23456789g|1/2|5M5|5mm|5 gigs|.|. m|..5
    4503599627370497.5|4503599627370497.5k|9007199254740993|5kB|5ki b|5i|+|5+m|1e400|50 megs|٣m
""".strip("\n")


def spelled(lines: str) -> list[str]:
    """The texts of a block, divided by bars; a line's indentation is none of them."""
    return ["", *(text for line in lines.splitlines() for text in line[4:].split("|"))]


def seconds(duration: str | None) -> Duration:
    return Duration.parse(duration or "0s")


@pytest.mark.judge
@pytest.mark.parametrize(
    ("unit", "texts", "place"),
    [
        (Duration, DURATIONS, "{image: a, stop_grace_period: %s}"),
        (Bytes, SIZES, "{image: a, deploy: {resources: {limits: {memory: %s}}}}"),
    ],
    ids=["duration", "bytes"],
)
def test_the_grammar_is_docker_s(judge: Judge, unit: type[Duration | Bytes], texts: str, place: str) -> None:
    """Accepted by one if by the other, with the same value."""
    differences = []
    for text in spelled(texts):
        verdict = judge.read("services: {a: " + place.replace("%s", json.dumps(text)) + "}")
        try:
            ours = unit.parse(text)
        except InvalidText:
            ours = None
        theirs = None
        if verdict.accepted:
            said = verdict.data["services"]["a"]
            if unit is Duration:
                theirs = seconds(said.get("stop_grace_period"))
            else:
                limits = said.get("deploy", {}).get("resources", {}).get("limits", {})
                theirs = Bytes(int(limits.get("memory", 0)))
        if text == "" and unit is Duration:
            assert ours is None  # Docker takes an empty duration for one that is not said
        elif ours != theirs:
            differences.append((text, ours and ours.number, theirs and theirs.number))
    assert differences == []


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("90s", 90_000_000_000, "1m30s"),
        ("1h", 3_600_000_000_000, "1h"),
        ("1h30m", 5_400_000_000_000, "1h30m"),
        ("0", 0, "0s"),
        ("1500ms", 1_500_000_000, "1.5s"),
        ("1500us", 1_500_000, "1.5ms"),
        ("1ns", 1, "1ns"),
        ("1µs", 1_000, "1us"),
        ("-90s", -90_000_000_000, "-1m30s"),
        ("1h0.000000001s", 3_600_000_000_001, "1h1ns"),
    ],
)
def test_durations(text: str, number: int, shown: str) -> None:
    duration = Duration.parse(text)
    assert duration.number == duration.nanoseconds == number
    assert duration.seconds == number / 1e9
    assert str(duration) == shown
    assert Duration.parse(shown) == duration


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("50M", 52_428_800, "50M"),
        ("1024k", 1 << 20, "1M"),
        ("1.5g", 1_610_612_736, "1536M"),
        ("1000", 1000, "1000"),
        ("0", 0, "0"),
        ("1 GiB", 1 << 30, "1G"),
        ("1e3", 1000, "1000"),
    ],
)
def test_sizes(text: str, number: int, shown: str) -> None:
    size = Bytes.parse(text)
    assert size.number == number
    assert str(size) == shown
    assert Bytes.parse(shown) == size


@pytest.mark.parametrize("text", ["9223372036854775808", "8192p", "8192.5p", "1e30"])
def test_a_size_that_docker_cannot_hold_is_refused(text: str) -> None:
    """Docker reads these as negative numbers and every Engine refuses those."""
    with pytest.raises(InvalidText, match="a size that Docker can hold"):
        Bytes.parse(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 500_000_000),
        ("0.50", 500_000_000),
        (".5", 500_000_000),
        ("5.", 5_000_000_000),
        ("1/4", 250_000_000),
        ("+1/2", 500_000_000),
        ("-1", -1_000_000_000),
        ("1e-3", 1_000_000),
        ("1E-1", 100_000_000),
        ("1.5e1", 15_000_000_000),
        ("00.5", 500_000_000),
        ("010", 10_000_000_000),
        ("010/2", 4_000_000_000),  # whole numbers of a fraction are octal after a zero
        ("0x10", 16_000_000_000),
        ("0b11/2", 1_500_000_000),
        ("0o17", 15_000_000_000),
        ("1_000", 1_000_000_000_000),
        ("0x.8p1", 1_000_000_000),
        ("1p3", 8_000_000_000),
        ("0", 0),
        ("1.0000000000", 1_000_000_000),
        ("1e-9", 1),
    ],
)
def test_cpus(text: str, number: int) -> None:
    """Each was given to an Engine, whose number this is."""
    cpus = Cpus.parse(text)
    assert (cpus.number, str(cpus)) == (number, text)


NO_CPUS = """
    1/3|1/0|0.0000000001|1e-10|1.5/2|1/ 2| 1|1 |.|1,5|1e|inf|nan|1/-2|1/1e1|1..0|٣|08/4|1e1_|_1|1_|1__0|0x|1/2/3|1e400
    9223372037|9999999999|1e99999999
""".strip("\n")


@pytest.mark.parametrize("text", spelled(NO_CPUS))
def test_what_is_no_number_of_cpus(text: str) -> None:
    with pytest.raises(InvalidText):
        Cpus.parse(text)


def test_cpus_keep_their_spelling_and_compare_by_number() -> None:
    assert Cpus.parse("0.50") == Cpus.parse("1/2") == as_cpus(0.5)
    assert hash(Cpus.parse("0.50")) == hash(Cpus.parse("1/2"))
    assert str(as_cpus(0.5)) == "0.5"
    assert str(as_cpus(2)) == "2"
    assert str(Cpus(250_000_000)) == "0.25"


@pytest.mark.parametrize(("text", "number"), [("0440", 0o440), ("440", 0o440), ("0o440", 0o440), ("1777", 0o1777)])
def test_file_modes_are_octal(text: str, number: int) -> None:
    assert FileMode.parse(text) == FileMode(number) == as_file_mode(number)
    assert FileMode.parse(str(FileMode(number))) == FileMode(number)


@pytest.mark.parametrize("text", ["", "8", "0888", "rw-r--r--", "0o", "77777", "4 40", "-440"])
def test_what_is_no_file_mode(text: str) -> None:
    with pytest.raises(InvalidText, match="is not a file mode"):
        FileMode.parse(text)


@pytest.mark.parametrize("value", [Duration(5), Bytes(5), Cpus(5), Cpus(5, "0.000000005"), FileMode(5)])
def test_quantities_are_values(value: Duration | Bytes | Cpus | FileMode) -> None:
    for again in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert again == value
        assert str(again) == str(value)
        assert hash(again) == hash(value)
    with pytest.raises(AttributeError, match="frozen"):
        value.number = 6
    assert value != 5
    assert value != type(value)(6)
    assert value < type(value)(6)
    assert value <= type(value)(5)
    assert type(value)(6) > value >= type(value)(4)


def test_quantities_of_different_kinds_do_not_compare() -> None:
    assert Duration(5) != Bytes(5)
    with pytest.raises(TypeError):
        assert Duration(5) < Bytes(6)  # type: ignore[operator]


def test_what_the_converters_take() -> None:
    assert as_duration("5s") == as_duration(timedelta(seconds=5)) == Duration(5 * 10**9)
    assert as_duration(timedelta(days=-1, microseconds=1)) == Duration(-86_400 * 10**9 + 1_000)
    assert as_bytes("1k") == as_bytes(1024) == Bytes(1024)
    assert as_cpus("0.5") == as_cpus(0.5)
    assert as_file_mode(0o400) == FileMode(0o400)
    for convert in (as_duration, as_bytes, as_cpus, as_file_mode):
        assert convert(None) is None


@pytest.mark.parametrize(
    ("make", "words", "cure"),
    [
        (lambda: Healthcheck(interval=5), "5 of what? a duration needs a unit", 'for 5 seconds write "5s"'),
        (lambda: Healthcheck(interval="5"), '"5" is not a duration', 'for 5 seconds write "5s"'),
        (lambda: Healthcheck(interval="2 days"), '"2 days" is not a duration', 'Docker has no days: write "48h"'),
        (lambda: Healthcheck(interval="5 seconds"), '"5 seconds" is not a duration', 'write "5s"'),
        (lambda: Healthcheck(interval="5S"), '"5S" is not a duration', 'write "5s"'),
        (lambda: Limits(memory="50 megs"), '"50 megs" is not a size', 'write "50M"'),
        (
            lambda: Limits(memory=1.5),
            "1.5 is not a whole number of bytes",
            'write a text with its unit, such as "1.5g"',
        ),
        (lambda: Limits(cpus="0,5"), '"0,5" is not a number of CPUs', 'write "0.5"'),
        (
            lambda: Limits(cpus="1/3"),
            '"1/3" is not a number of CPUs that Docker can hold',
            "give at most nine decimals",
        ),
        (lambda: Limits(cpus=0.1 + 0.2), "is not a number of CPUs that Docker can hold", "give at most nine decimals"),
    ],
)
def test_common_mistakes_have_a_cure(make: object, words: str, cure: str) -> None:
    with pytest.raises((InvalidText, InvalidType)) as caught:
        make()  # type: ignore[operator]
    assert words in caught.value.findings[0].summary
    assert caught.value.findings[0].help == cure
    assert caught.value.findings[0].expected


@pytest.mark.parametrize("value", [True, False, b"5", 5j, [5]])
def test_other_types_are_refused(value: object) -> None:
    for make in (lambda: Limits(memory=value), lambda: Limits(cpus=value), lambda: Healthcheck(interval=value)):
        with pytest.raises(InvalidType):
            make()
