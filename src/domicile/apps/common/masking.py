"""Texts that are kept in the clear lose what looks like an identity number or a phone (names of files, log lines)."""

import logging
import re

HIDDEN = "[number]"
# Digits of any script with gaps between them; a check character may end them.
RUN = re.compile(r"\d(?:[ \-.,_\u00a0\u2007\u3000]?\d){9,}(?:[ \-]?[XxＸｘ](?![A-Za-z]))?")
# 11: a phone; 15 and more: numbers of documents. 12 to 14 digits are area codes and moments, which must stay readable.
KEPT = range(12, 15)
SHORTEST = 11
# A phone that collects sends its token in the path of each address.
KEY = re.compile(r"(/v1/key/)[^/\s'\"]+")


def without_numbers(text: str) -> str:
    """`text` with each number of a person's kind replaced by `[number]`."""
    return RUN.sub(_hide, text)


def _hide(found: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in found.group())
    return found.group() if digits in KEPT or digits < SHORTEST else HIDDEN


class MaskingFormatter(logging.Formatter):
    """Writes log lines, also those with a trace, without such numbers and without the tokens of phones."""

    def format(self, record: logging.LogRecord) -> str:
        return KEY.sub(r"\1[token]", without_numbers(super().format(record)))
