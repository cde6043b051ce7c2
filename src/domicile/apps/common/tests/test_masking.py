"""What looks like a number of a person is hidden, what looks like a code of an area or a moment is not."""

import logging

import pytest

from domicile.apps.common.masking import MaskingFormatter, without_numbers


@pytest.mark.parametrize(
    "text",
    ["770101199003071236", "77010119650412002X", "７７０１０１１９９００３０７１２３６", "770101 19900307 1236",
     "15412345678", "154-1234-5678", "770101900307123"],
)  # fmt: skip
def test_numbers_are_hidden_wherever_they_stand(text: str) -> None:
    assert without_numbers(f"a {text} b") == "a [number] b"
    assert without_numbers(f"/people/{text}/") == "/people/[number]/"


@pytest.mark.parametrize("text", ["770101001001社区.xlsx", "2026-11-22 10:40:49,894", "12 rows of 20,000"])
def test_codes_of_areas_and_moments_stay(text: str) -> None:
    assert without_numbers(text) == text


def test_a_log_line_with_a_trace_holds_no_number() -> None:
    try:
        int("770101199003071236?")
    except ValueError as problem:
        record = logging.LogRecord("a", 40, "a.py", 1, "for %s", ("15412345678",), (ValueError, problem, None))
    text = MaskingFormatter().format(record)
    assert "770101199003071236" not in text
    assert "15412345678" not in text
