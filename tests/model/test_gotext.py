"""Numbers as Docker spells them: the table, and the law that a spelling reads back as its number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pystackdsl.model.gotext import float32, go_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2, "2"),
        (-7, "-7"),
        (12345678901234567890, "12345678901234567890"),
        (1.0, "1"),
        (1.5, "1.5"),
        (0.0, "0"),
        (-0.0, "-0"),
        (0.0001, "0.0001"),
        (0.00001234, "1.234e-05"),
        (-1e-7, "-1e-07"),
        (100000.0, "100000"),
        (999999.5, "999999.5"),
        (1000000.0, "1e+06"),
        (1234567.5, "1.2345675e+06"),
        (123456789.0, "1.23456789e+08"),
        (1e20, "1e+20"),
        (1e100, "1e+100"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
    ],
)
def test_the_text_of_a_number(number, text):
    assert go_text(number) == text


@given(st.floats(allow_nan=False))
def test_the_text_reads_back_as_the_number(number):
    assert float(go_text(number)) == number


@given(st.integers())
def test_a_whole_number_is_its_digits(number):
    assert go_text(number) == str(number)


@pytest.mark.parametrize(
    ("number", "held"),
    [(0.1, 0.1), (1 / 3, 0.33333334), (3e-177, 0.0), (7e-46, 0.0), (1e-45, 1e-45), (0.36910944, 0.36910945), (0, 0)],
)
def test_a_number_in_32_bits_is_spelled_as_docker_does(number: float, held: float) -> None:
    assert float32(number) == held
