"""Tables as files that programs read: CSV, JSON-stat 2, PX.

JSON-stat: X. Badosa, JSON-stat format 2.0 (json-stat.org/full). PX: Statistics Sweden, PX file format, AXIS-VERSION 2013 (keywords
and the order of the first ones; texts of more than one language with the language in brackets behind the keyword).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from domicile.core.publication.edition import QUALITY_WORDS, SUBJECTS, Dimension, Edition, Sheet, number

#: A line of a PX file ends before this; longer texts go on behind a break, each part in quotes.
_PX_TEXT: Final = 200


def to_csv(sheet: Sheet) -> bytes:
    """One line a cell: of each dimension code and words in both languages, the measures, the mark of an estimate.

    UTF-8 with the mark at its head that spreadsheets want; nothing where a figure is not shown.
    """
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n")
    heads = [f"{one.code}{end}" for one in sheet.dimensions for end in ("", "_zh", "_en")]
    write.writerow([*heads, *(code for code, _ in sheet.measures), *(["QUALITY"] if sheet.quality is not None else [])])
    for place, values, mark in sheet.cells():
        told = [text for one in place for text in (one.code, one.words.zh, one.words.en)]
        write.writerow([*told, *map(number, values), *([mark] if sheet.quality is not None else [])])
    return text.getvalue().encode("utf-8-sig")


def to_json_stat(sheet: Sheet, edition: Edition, language: str) -> bytes:
    """A dataset of class `dataset`, version 2.0. The measures are the last dimension, of role metric."""
    dimensions: dict[str, Any] = {one.code: _json_dimension(one, language) for one in sheet.dimensions}
    metric = [code for code, _ in sheet.measures]
    dimensions["MEASURE"] = {
        "label": {"zh": "指标", "en": "Measure"}[language],
        "category": {
            "index": metric, "label": {code: words.of(language) for code, words in sheet.measures},
            "unit": {code: {"decimals": 0} for code in metric},
        },
    }  # fmt: skip
    values = np.stack(sheet.values, axis=-1).ravel()
    data: dict[str, Any] = {
        "version": "2.0", "class": "dataset", "label": f"{sheet.code} {sheet.words.of(language)}",
        "source": edition.publisher.of(language), "updated": f"{edition.published.isoformat()}T00:00:00Z",
        "note": [edition.title.of(language), f"{sheet.universe.of(language)}", *edition.notes.get(language, "").splitlines()],
        "id": [*(one.code for one in sheet.dimensions), "MEASURE"], "size": [*sheet.shape, len(metric)],
        "role": {"geo": ["AREA"], "metric": ["MEASURE"]}, "dimension": dimensions,
        "value": [None if np.isnan(one) else int(one) for one in values],
    }  # fmt: skip
    if sheet.quality is not None:
        marks = np.repeat(sheet.quality.ravel(), len(metric))
        data["status"] = {str(at): str(mark) for at, mark in enumerate(marks) if mark}
        data["extension"] = {"status": {"label": {code: words.of(language) for code, words in QUALITY_WORDS.items()}}}
    else:
        hidden = {str(at): "X" for at in np.flatnonzero(np.isnan(values))}
        data |= {"status": hidden} if hidden else {}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _json_dimension(one: Dimension, language: str) -> dict[str, Any]:
    category: dict[str, Any] = {
        "index": one.codes, "label": {each.code: each.words.of(language) for each in one.categories},
    }  # fmt: skip
    return {"label": one.words.of(language), "category": category}


def to_px(sheet: Sheet, edition: Edition) -> bytes:
    """A PX file in both languages, Chinese first. "..": a figure that is not shown."""
    *stub, heading = (*sheet.dimensions, _measure_dimension(sheet)) if len(sheet.measures) > 1 else sheet.dimensions
    if not stub:
        stub, heading = [heading], _measure_dimension(sheet)
    lines = [
        'CHARSET="ANSI";', 'AXIS-VERSION="2013";', 'CODEPAGE="utf-8";', 'LANGUAGE="zh";', 'LANGUAGES="zh","en";',
        f'CREATION-DATE="{edition.published:%Y%m%d} 00:00";', "DECIMALS=0;", "SHOWDECIMALS=0;", f'MATRIX="{sheet.code}";',
        f'SUBJECT-CODE="{sheet.code[0]}";',
    ]  # fmt: skip
    for language, behind in (("zh", ""), ("en", "[en]")):
        lines += _px_words(sheet, edition, language, behind, stub, heading)
    values = np.stack(sheet.values, axis=-1).reshape(-1, len(heading.categories))
    lines.append("DATA=")
    lines += [" ".join('".."' if np.isnan(one) else str(int(one)) for one in row) for row in values]
    return ("\r\n".join(lines) + ";\r\n").encode()


def _measure_dimension(sheet: Sheet) -> Dimension:
    from domicile.core.enumeration import Words
    from domicile.core.publication.edition import Category

    listed = tuple(Category(code, words) for code, words in sheet.measures)
    return Dimension("MEASURE", Words("指标", "Measure"), listed)


def _px_words(
    sheet: Sheet, edition: Edition, language: str, behind: str, stub: Sequence[Dimension], heading: Dimension
) -> Iterator[str]:
    every = [*stub, heading]
    yield f"SUBJECT-AREA{behind}={_px(SUBJECTS[sheet.code[0]].of(language) if sheet.code[0] in SUBJECTS else sheet.code)};"
    yield f"TITLE{behind}={_px(f'{sheet.words.of(language)}. {edition.title.of(language)}')};"
    yield f"CONTENTS{behind}={_px(sheet.words.of(language))};"
    yield f"UNITS{behind}={_px(sheet.measures[0][1].of(language))};"
    yield f"STUB{behind}={','.join(_px(one.words.of(language)) for one in stub)};"
    yield f"HEADING{behind}={_px(heading.words.of(language))};"
    for one in every:
        name = _px(one.words.of(language))
        yield f"VALUES{behind}({name})=" + ",".join(_px(each.words.of(language)) for each in one.categories) + ";"
        yield f"CODES{behind}({name})=" + ",".join(_px(code) for code in one.codes) + ";"
    yield f"SOURCE{behind}={_px(edition.publisher.of(language))};"
    if edition.notes.get(language):
        yield f"NOTE{behind}={_px(edition.notes[language].replace(chr(10), '#'))};"


def _px(text: str) -> str:
    """A text of PX: in quotes, which it may not hold itself; a long one in parts, each on a line."""
    whole = text.replace('"', "'")
    parts = [whole[at : at + _PX_TEXT] for at in range(0, len(whole), _PX_TEXT)] or [""]
    return "\r\n".join(f'"{part}"' for part in parts)
