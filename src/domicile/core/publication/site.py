"""The tables as pages that need no server: opened from a folder, on a phone or a desk, in Chinese and English.

Every page holds its figures itself, since a browser lets no page read files beside it. Without scripts it shows the largest area.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from itertools import product
from typing import Any, Final

import numpy as np

from domicile.core.publication.edition import LANGUAGES, QUALITY_WORDS, SUBJECTS, Dimension, Edition, Sheet

PACKAGE: Final = "domicile.core.publication"
#: Each language by its own name.
NAMES: Final = {"zh": "中文", "en": "English"}
_TONGUES: Final = {"zh": "zh-Hans", "en": "en"}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "all": "全部表",
        "other": "English",
        "files": "下载",
        "area": "地区",
        "find": "查找地区",
        "view": "显示",
        "one": "一个地区的全表",
        "none": "没有这样的地区",
        "hidden": "不公布",
        "figure": "数值",
        "charts": "图",
        "about": "说明",
        "universe": "统计范围",
        "choose": "选择要看的表。每张表都可以换地区，也可以下载。",
        "legend": "… 不公布",
        "errors": "± 标准误",
        "whole": "全部文件",
    },
    "en": {
        "all": "All tables",
        "other": "中文",
        "files": "Download",
        "area": "Area",
        "find": "Find an area",
        "view": "Show",
        "one": "The table of one area",
        "none": "No such area",
        "hidden": "not shown",
        "figure": "Figure",
        "charts": "Charts",
        "about": "Notes",
        "universe": "Who is counted",
        "choose": "Choose a table. Each can be shown for other areas, and downloaded.",
        "legend": "… not shown",
        "errors": "± standard error",
        "whole": "Files of the release",
    },
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of the release: its file by language, named from the release's folder, and what it shows."""

    file: Mapping[str, str]
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Files:
    """What can be downloaded: of each table, and of the release as a whole, as (label, file) from the release's folder."""

    of_table: Mapping[str, Sequence[tuple[str, str]]]
    whole: Sequence[tuple[str, str]]


def assets() -> dict[str, bytes]:
    """The style and the script, by file name under `site/`."""
    folder = resources.files(PACKAGE).joinpath("templates")
    return {f"site/{name}": folder.joinpath(name).read_bytes() for name in ("site.css", "site.js")}


def front(edition: Edition) -> bytes:
    """The first page, in the release's own folder: which language."""
    rows = "".join(
        f'<li><a href="site/{language}/index.html" '
        f'lang="{_TONGUES[language]}"><strong>{NAMES[language]}</strong> '
        f"<span>{escape(edition.title.of(language))}</span></a></li>"
        for language in LANGUAGES
    )
    return (
        '<!doctype html>\n<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1">'
        f'<title>{escape(edition.title.zh)} · {escape(edition.title.en)}</title><link rel="stylesheet" href="site/site.css"></head>'
        f'<body><main><h1>{escape(edition.title.zh)}</h1><ul class="list">{rows}</ul></main></body></html>\n'
    ).encode()


def index(sheets: Sequence[Sheet], edition: Edition, files: Files, pictures: Sequence[Picture], language: str) -> bytes:
    """The list of tables by subject, the charts, the notes."""
    words = _WORDS[language]
    body = [f"<h1>{escape(edition.title.of(language))}</h1>"]
    body.append(
        f'<p class="about">{escape(edition.publisher.of(language))} · {edition.published.isoformat()} · {words["choose"]}</p>'
    )
    for letter in dict.fromkeys(sheet.code[0] for sheet in sheets):
        body.append(
            f'<h2>{escape(SUBJECTS[letter].of(language) if letter in SUBJECTS else letter)}</h2><ul class="list">'
        )
        body += [
            f'<li><a href="{sheet.code}.html"><span '
            f'class="code">{sheet.code}</span><span>{escape(sheet.words.of(language))}</span></a></li>'
            for sheet in sheets
            if sheet.code[0] == letter
        ]
        body.append("</ul>")
    if pictures:
        body.append(f"<h2>{words['charts']}</h2>")
    body += [
        f'<figure><a href="../../{one.file[language]}"><img src="../../{one.file[language]}" alt="{escape(one.title[language])}" '
        f'loading="lazy"></a></figure>'
        for one in pictures
    ]
    body.append(f"<h2>{words['whole']}</h2>{_links(files.whole, '../../')}")
    body.append(f"<h2>{words['about']}</h2>{_notes(edition, language)}")
    return _page(edition.title.of(language), "\n".join(body), language, "index.html", edition, script=False)


def page(sheet: Sheet, edition: Edition, files: Files, language: str) -> bytes:
    """One table."""
    words = _WORDS[language]
    body = [f"<h1>{sheet.code} {escape(sheet.words.of(language))}</h1>"]
    body.append(
        f'<p class="about">{words["universe"]}: {escape(sheet.universe.of(language))} · {escape(edition.title.of(language))}</p>'
    )
    body.append(_controls(sheet, language))
    body.append(
        f'<div class="scroll" tabindex="0" role="region" '
        f'aria-label="{escape(sheet.words.of(language))}">{_table(sheet, language)}</div>'
    )
    body.append(f'<p class="about">{_legend(sheet, language)}</p>')
    body.append(f"<h2>{words['files']}</h2>{_links(files.of_table.get(sheet.code, ()), '../../')}")
    body.append(f"<h2>{words['about']}</h2>{_notes(edition, language)}")
    body.append(f'<script type="application/json" id="data">{_data(sheet, language)}</script>')
    return _page(
        f"{sheet.code} {sheet.words.of(language)}",
        "\n".join(body),
        language,
        f"{sheet.code}.html",
        edition,
        script=True,
    )


def _page(title: str, body: str, language: str, name: str, edition: Edition, *, script: bool) -> bytes:
    words, other = _WORDS[language], LANGUAGES[1 - LANGUAGES.index(language)]
    scripts = '<script src="../site.js" defer></script>' if script else ""
    return (
        f'<!doctype html>\n<html lang="{_TONGUES[language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="../site.css">{scripts}</head>\n<body>'
        f'<header><div><a href="index.html">{words["all"]}</a><a href="../{other}/{name}" '
        f'lang="{_TONGUES[other]}">{words["other"]}</a></div></header>\n'
        f"<main>\n{body}\n</main>\n<footer>{escape(edition.title.of(language))} · "
        f"{escape(edition.version)}</footer></body></html>\n"
    ).encode()


def _links(some: Sequence[tuple[str, str]], up: str) -> str:
    return (
        '<ul class="files">'
        + "".join(f'<li><a href="{up}{file}" download>{escape(label)}</a></li>' for label, file in some)
        + "</ul>"
    )


def _notes(edition: Edition, language: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in edition.notes.get(language, "").splitlines() if line)


def _legend(sheet: Sheet, language: str) -> str:
    words = _WORDS[language]
    if sheet.quality is None:
        return words["legend"]
    marks = [f"{code} {said.of(language)}" for code, said in QUALITY_WORDS.items() if code != "X"]
    return {"zh": "；", "en": "; "}[language].join([words["legend"], words["errors"], *marks])


def _downwards(sheet: Sheet) -> tuple[tuple[Dimension, ...], Dimension | None]:
    """The same for the table of one area: one dimension alone reads better downwards."""
    rows, last = _stub(sheet)
    return (rows, last) if rows else (sheet.dimensions[1:], None)


def _several(sheet: Sheet) -> bool:
    """Whether the measures are the columns, not the last dimension."""
    return sheet.quality is None and len(sheet.measures) > 1


def _stub(sheet: Sheet) -> tuple[tuple[Dimension, ...], Dimension | None]:
    """The dimensions of the rows, and that of the columns."""
    dims = sheet.dimensions[1:]
    return (dims, None) if _several(sheet) else (dims[:-1], dims[-1])


def _controls(sheet: Sheet, language: str) -> str:
    words = _WORDS[language]
    rows, _ = _stub(sheet)
    names = [
        " · ".join(one.words.of(language) for one in place) for place in product(*(one.categories for one in rows))
    ]
    options = [f'<option value="area">{words["one"]}</option>'] if sheet.dimensions[1:] else []
    options += [
        f'<option value="p{at}">{escape(name or sheet.words.of(language))}</option>' for at, name in enumerate(names)
    ]
    return (
        f'<div class="controls" id="controls" hidden><label>{words["view"]}<select id="view">{"".join(options)}</select></label>'
        f'<label>{words["find"]}<input id="find" type="search" autocomplete="off"></label>'
        f'<label>{words["area"]}<select id="area"></select></label></div>'
    )


def _table(sheet: Sheet, language: str) -> str:
    """The first area, as the script shows it, too."""
    words = _WORDS[language]
    rows, last = _downwards(sheet)
    figures = sheet.measures if _several(sheet) else sheet.measures[:1]
    heads = [one.words.of(language) for one in last.categories] if last else [said.of(language) for _, said in figures]
    stub = " · ".join(one.words.of(language) for one in (rows or sheet.dimensions[1:]))
    lines = [f"<caption>{escape(sheet.dimensions[0].categories[0].words.of(language))}</caption><thead><tr>"]
    lines += [f'<th scope="col">{escape(one)}</th>' for one in (stub, *heads)]
    lines.append("</tr></thead><tbody>")
    values = [one[0].reshape(-1, len(last.categories) if last else 1) for one in sheet.values]
    marks = None if sheet.quality is None else sheet.quality[0].reshape(values[0].shape)
    for row, place in enumerate(product(*(one.categories for one in rows))):
        total = all(one.code == "_T" for one in place)
        name = " · ".join(one.words.of(language) for one in place) or words["figure"]
        lines.append(f'<tr{" class=total" if total else ""}><th scope="row">{escape(name)}</th>')
        lines += _cells(values, marks, row, _several(sheet), language)
        lines.append("</tr>")
    return f'<table id="table">{"".join(lines)}</tbody></table>'


def _cells(values: list[Any], marks: Any, row: int, measures: bool, language: str) -> Iterator[str]:
    if measures:
        yield from (f"<td>{_figure(one[row, 0])}</td>" for one in values)
        return
    for column, value in enumerate(values[0][row]):
        mark, error = "", ""
        if marks is not None:
            code = str(marks[row, column])
            said = escape(QUALITY_WORDS[code].of(language)) if code else ""
            mark = f'<span class="mark mark-{code}" title="{said}">{code}</span>' if code not in ("", "X") else ""
            error = f"<small>± {_figure(values[1][row, column])}</small>" if mark and values[1][row, column] else ""
        yield f"<td>{_figure(value)}{mark}{error}</td>"


def _figure(value: float) -> str:
    return "…" if np.isnan(value) else f"{int(value):,}"


def _data(sheet: Sheet, language: str) -> str:
    words = _WORDS[language]
    data: dict[str, Any] = {
        "areas": [[one.code, one.words.of(language), one.level] for one in sheet.dimensions[0].categories],
        "dims": [
            {"name": one.words.of(language), "cats": [each.words.of(language) for each in one.categories]}
            for one in sheet.dimensions[1:]
        ],
        "measures": [said.of(language) for _, said in sheet.measures],
        "values": [[None if np.isnan(each) else int(each) for each in one.ravel()] for one in sheet.values],
        "marks": None if sheet.quality is None else sheet.quality.ravel().tolist(),
        "words": {name: words[name] for name in ("none", "hidden", "figure", "area")}
        | {"quality": {code: said.of(language) for code, said in QUALITY_WORDS.items()}},
    }  # fmt: skip
    # The text stands inside a script element: nothing in it may look like its end.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
