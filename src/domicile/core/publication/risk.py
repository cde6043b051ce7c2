"""The report of risk as a page for whoever signs it (ST-7): opened from the disk where the true figures lie, printed, signed.

It is reckoned from true cells and goes nowhere else. One file with everything in it, in Chinese and English, without scripts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any, Final

from domicile.core import declared
from domicile.core.enumeration import Words
from domicile.core.publication.charts import bars

LANGUAGES: Final = ("zh", "en")
#: So many bars of a chart at most: those of the greatest values.
BARS: Final = 20
#: Characters of the hash that somebody types at least.
TYPED: Final = 16
Report = Mapping[str, Any]
_TEXTS: Final[Mapping[str, Any]] = declared.read(
    resources.files("domicile.core.publication").joinpath("risk_words.yaml").read_text(encoding="utf-8")
)
WORDS: Final[Mapping[str, Mapping[str, str]]] = _TEXTS["words"]
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = _TEXTS["columns"]
RULES: Final[Mapping[str, Mapping[str, str]]] = _TEXTS["rules"]
_STYLE: Final = """
body{font:16px/1.6 "Noto Sans S Chinese","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1d2733;
background:#fff;margin:0 auto;max-width:70rem;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}
.secret{border:2px solid #a3261b;padding:.5rem 1rem;color:#7d1c14}
.scroll{overflow-x:auto;overflow-wrap:normal}table{border-collapse:collapse;width:100%;font-size:.9rem}
.scroll th,.scroll td{min-width:4.5rem}
th,td{border:1px solid #b9c2cb;padding:.25rem .5rem;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
svg{max-width:100%;height:auto}dl{display:grid;grid-template-columns:minmax(8rem,30%) 1fr;gap:.25rem 1rem}
dd{margin:0;overflow-wrap:anywhere}
code{font-size:.95rem;background:#eef3f8;padding:.1rem .3rem}
.look{border-left:.4rem solid #a86400;padding-left:.8rem}
.sign{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:2rem;margin-top:2rem}
.sign p{border-top:1px solid #1d2733;margin-top:3rem;padding-top:.25rem}
#zh:checked~.en,#en:checked~.zh{display:none}
input:focus-visible+label{outline:3px solid #2f6f9f}
@media print{input,label{display:none}body{max-width:none;padding:0}h2{break-after:avoid}svg,tr{break-inside:avoid}}
"""


def risk_page(report: Report, digest: str, titles: Mapping[str, Words], names: Mapping[str, str]) -> bytes:
    """The page of a report (release/risk.py tells its keys), of which `digest` is the SHA-256; titles: of tables by code; names: of
    areas by code, where they are known. The same bytes for the same report.
    """
    choice = "".join(
        f'<input type="radio" name="language" id="{one}"{" checked" if one == "zh" else ""}> '
        f'<label for="{one}">{WORDS[one]["own"]}</label> '
        for one in LANGUAGES
    )
    parts = [
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f'<meta name="robots" content="noindex"><title>{WORDS["zh"]["title"]} · {WORDS["en"]["title"]}</title>',
        f"<style>{_STYLE}</style></head><body>{choice}",
    ]
    for language in LANGUAGES:
        tongue = "zh-Hans" if language == "zh" else "en"
        content = "\n".join(_part(report, digest, titles, names, language))
        parts.append(f'<main class="{language}" lang="{tongue}">{content}</main>')
    return "\n".join([*parts, "</body></html>", ""]).encode()


def _part(
    report: Report, digest: str, titles: Mapping[str, Words], names: Mapping[str, str], language: str
) -> Iterator[str]:
    say = WORDS[language]
    yield f'<h1>{say["title"]}</h1><p class="secret">{say["secret"]}</p>'
    yield f"<h2>{say['glance']}</h2>{_facts(_glance(report, say))}"
    yield f"<h2>{say['look']}</h2>" + "".join(f'<p class="look">{one}</p>' for one in _to_look_at(report, say))
    tables = report["tables"]
    yield f"<h2>{say['tables']}</h2><p>{say['tables_help']}</p>"
    for key, scale in (("changed", 100.0), ("withheld", 1.0), ("small_as_they_were", 1.0)):
        yield _chart(say[f"chart_{key}"], tables, key, scale)
    yield _table([say["table"], *COLUMNS[language].values()], [
        [f"{code} {_title(titles, code, language)}", *(_number(one.get(key), key) for key in COLUMNS[language])]
        for code, one in sorted(tables.items())
    ])  # fmt: skip
    yield f"<h2>{say['areas']}</h2><p>{say['areas_help']}</p>"
    together = [f"{code} {names.get(code, '')}".strip() for code in report["areas_together"]]
    yield f"<p>{escape('; '.join(together) or say['none'])}</p>"
    yield f"<h2>{say['pairs']}</h2><p>{say['pairs_help']}</p>{_pairs(report['close_pairs'], titles, language)}"
    yield f"<h2>{say['sample']}</h2>{_sample(report['sample'], language)}"
    yield f"<h2>{say['rules']}</h2>"
    yield _facts(
        [(RULES[language].get(key, key), _number(value, key)) for key, value in sorted(report["rules"].items())]
    )
    yield f"<h2>{say['sign']}</h2><p>{say['sign_help']}</p><p><code>{digest}</code></p>"
    yield f"<p><code>domicile census publish … --checked-by {say['somebody']} --checked {digest[:TYPED]}</code></p>"
    yield '<div class="sign">' + "".join(f"<p>{say[one]}</p>" for one in ("name", "day", "signed")) + "</div>"


def _glance(report: Report, say: Mapping[str, str]) -> list[tuple[str, str]]:
    tables, pairs, sample = report["tables"], report["close_pairs"], report["sample"]
    return [
        (say["tables"], f"{len(tables):,}"),
        (say["withheld"], f"{sum(one['withheld'] for one in tables.values()):,}"),
        (say["areas"], f"{len(report['areas_together']):,}"),
        (say["pairs"], say["not_looked"] if pairs is None else f"{pairs['all']:,}"),
        (say["sample"], say["no_sample"] if sample is None else f"{sample['records']:,}"),
        (say["figures"], report["figures"]),
    ]


def _to_look_at(report: Report, say: Mapping[str, str]) -> list[str]:
    """What the figures say by themselves, in sentences; nothing here is a verdict."""
    tables, pairs, sample = report["tables"], report["close_pairs"], report["sample"]
    found = []
    small = sum(one.get("small") or 0 for one in tables.values())
    if small:
        kept = sum(one.get("small_as_they_were") or 0 for one in tables.values())
        found.append(say["say_small"].format(small=f"{small:,}", kept=f"{kept:,}", share=f"{100 * kept / small:.1f}"))
    if pairs is None:
        found.append(say["say_no_pairs"])
    elif pairs["all"]:
        found.append(say["say_pairs"].format(count=f"{pairs['all']:,}", tables=len(pairs["tables"])))
    if sample is not None:
        told = {"risk": f"{100 * sample['greatest_risk']:.2f}", "again": f"{sample['found_again']:,.1f}"}
        found.append(say["say_sample"].format(k=sample["k"], records=f"{sample['records']:,}", **told))
    return found or [say["none"]]


def _chart(title: str, tables: Mapping[str, Mapping[str, Any]], key: str, scale: float) -> str:
    """Bars of the tables with the greatest values; nothing where all are 0."""
    told = [(float(one[key]) * scale, code) for code, one in tables.items() if one.get(key)]
    some = sorted(told, key=lambda one: (-one[0], one[1]))[:BARS]
    if not some:
        return ""
    return f"<figure>{bars(title, [code for _value, code in some], [value for value, _code in some]).decode()}</figure>"


def _pairs(pairs: Mapping[str, Any] | None, titles: Mapping[str, Words], language: str) -> str:
    say = WORDS[language]
    if pairs is None:
        return f"<p>{say['not_looked']}</p>"
    if not pairs["tables"]:
        return f"<p>{say['none']}</p>"
    chosen = sorted(pairs["tables"], key=lambda one: (-one["pairs"], one["one"], one["two"]))
    return _table([say["one"], say["two"], say["count"], say["nested"]], [
        [*(f"{one[key]} {_title(titles, one[key], language)}" for key in ("one", "two")), f"{one['pairs']:,}", f"{one['nested']:,}"]
        for one in chosen
    ], numbers=2)  # fmt: skip


def _sample(sample: Mapping[str, Any] | None, language: str) -> str:
    say = WORDS[language]
    if sample is None:
        return f"<p>{say['no_sample']}</p>"
    changed = ", ".join(f"{name}: {count:,}" for name, count in sorted(sample["coarsened"].items())) or say["none"]
    return _facts([
        (say["drawn"], f"{sample['drawn']:,}"), (say["records"], f"{sample['records']:,}"),
        (say["dropped"], f"{sample['dropped']:,}"),
        (say["k"], str(sample["k"])), (say["greatest"], f"{100 * sample['greatest_risk']:.2f}%"),
        (say["again"], f"{sample['found_again']:,.1f}"), (say["coarsened"], changed),
    ])  # fmt: skip


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts) + "</dl>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int | None = None) -> str:
    """`numbers`: how many columns from the right are figures; all but the first unless told."""
    first = len(head) - (numbers if numbers is not None else len(head) - 1)

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if at >= first else ''}>{escape(text)}</{tag}>" for at, text in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{cells(head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'


def _title(titles: Mapping[str, Words], code: str, language: str) -> str:
    return titles[code].of(language) if code in titles else ""


def _number(value: Any, key: str) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "—"
    if key in ("changed", "mean_share"):
        return f"{100 * value:.1f}%"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)
