"""The charts of a release: pyramids and age structure of its larger areas, maps where polygons are given; as SVG and as PNG."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from domicile.apps.printing import compiler, pages
from domicile.core.publication import bars, pyramid, shares
from domicile.core.publication.edition import Sheet
from domicile.core.publication.site import Picture

if TYPE_CHECKING:
    from domicile.apps.census.release.publishing import Publication

#: Charts are drawn of areas down to townships, so long as there are not more of them than somebody looks through.
_MOST: Final = 40
_TEMPLATE: Final = Path(__file__).with_name("figure.typ")
_PPI: Final = 192
Drawn = list[tuple[str, Callable[[], bytes]]]
_SAID: Final = {
    "pyramid": {"zh": "人口金字塔", "en": "Population pyramid"},
    "old": {"zh": "65岁及以上人口的比重", "en": "Share of people of 65 and over"},
    "education": {"zh": "15岁及以上人口的受教育程度", "en": "Education of people of 15 and over"},
}


def charts(sheets: Sequence[Sheet], given: Publication) -> tuple[list[Picture], Drawn]:
    """What is shown on the first page, and every file with what makes it."""
    by_code = {one.code: one for one in sheets}
    pictures: list[Picture] = []
    drawn: Drawn = []
    for name, title, make in [
        *_pyramids(by_code.get("P03")),
        *_education(by_code.get("E07")),
        *_maps(by_code.get("P04"), given),
    ]:
        pictures.append(Picture({language: f"charts/{name}.{language}.svg" for language in ("zh", "en")}, title))
        for language in ("zh", "en"):
            drawn.append((f"charts/{name}.{language}.svg", lambda make=make, language=language: make(language)))  # type: ignore[misc]
            drawn.append((f"charts/{name}.{language}.png", lambda make=make, language=language: png(make(language))))  # type: ignore[misc]
    return pictures, drawn


Chart = tuple[str, Mapping[str, str], Callable[[str], bytes]]


def _pyramids(one: Sheet | None) -> Iterator[Chart]:
    if one is None:
        return
    areas = [at for at, area in enumerate(one.dimensions[0].categories) if area.level <= 9][:_MOST]
    for at in areas:
        area = one.dimensions[0].categories[at]
        title = {language: f"{_SAID['pyramid'][language]} · {area.words.of(language)}" for language in ("zh", "en")}

        def make(language: str, at: int = at, title: Mapping[str, str] = title) -> bytes:
            ages, sexes = one.dimensions[1].categories[1:], one.dimensions[2].categories
            # Of an age group's words what tells it: its numbers.
            groups = [
                age.code.removeprefix("Y").replace("T", "–").replace("_GE", "") + ("+" if "_GE" in age.code else "")
                for age in ages
            ]
            known = [place for place, age in enumerate(ages) if age.code != "_U"]
            figures = one.values[0][at, 1:]
            return pyramid(
                title[language], [groups[place] for place in known], figures[known, 1].tolist(), figures[known, 2].tolist(),
                (sexes[1].words.of(language), sexes[2].words.of(language)),
            )  # fmt: skip

        yield f"pyramid-{area.code}", title, make


def _education(one: Sheet | None) -> Iterator[Chart]:
    if one is None:
        return

    def make(language: str) -> bytes:
        names = [category.words.of(language) for category in one.dimensions[1].categories[1:]]
        return bars(_SAID["education"][language], names, one.values[0][0, 1:, 0].tolist())

    yield "education", _SAID["education"], make


def _maps(one: Sheet | None, given: Publication) -> Iterator[Chart]:
    """Of the smallest areas that have a polygon; areas shown together have the figure of all of them."""
    if one is None or not given.polygons:
        return
    all_ages, old = one.values[0][:, 0, 0], one.values[0][:, -1, 0]
    codes = [category.code for category in one.dimensions[1].categories]
    old = one.values[0][:, codes.index("Y_GE65"), 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(all_ages > 0, 100 * old / all_ages, np.nan)
    values: dict[str, float] = {}
    names: dict[str, str] = {}
    for area, share in zip(one.dimensions[0].categories, found, strict=True):
        if area.level != 12:
            continue
        first, _, last = area.code.partition("-")
        for code in given.polygons:
            if first <= code <= (last or first):
                values[code], names[code] = float(share), area.words.zh
    if not any(not math.isnan(one) for one in values.values()):
        return
    polygons: Mapping[str, Any] = {code: given.polygons[code] for code in values}
    yield "map-old", _SAID["old"], lambda language: shares(_SAID["old"][language], polygons, values, names)


def png(svg: bytes) -> bytes:
    """The same picture as pixels, two to a point of the SVG; the fonts are those of printed pages."""
    import json

    data = json.dumps({"svg": svg.decode()})
    found = compiler.make(_TEMPLATE, data, root=_TEMPLATE.parent, fonts=pages.FONTS, at=0, form="png", ppi=_PPI)
    return bytes(found[0])
