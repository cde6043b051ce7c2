"""Charts say what they show, leave out what is not shown, and are the same picture each time."""

import math
from xml.etree import ElementTree

import pytest

from domicile.core.publication import bars, pyramid, shares

SVG = "{http://www.w3.org/2000/svg}"


def parts(svg: bytes, kind: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}{kind}"))


def test_a_pyramid_has_a_bar_for_each_figure_as_long_as_it_is() -> None:
    svg = pyramid("东街 <示例>", ["0–4", "5–9"], [100, math.nan], [50, 0], ("男", "女"))
    drawn = [float(one.get("width", "0")) for one in parts(svg, "rect")[1:]]
    assert drawn == [pytest.approx(2 * drawn[1], abs=0.2), drawn[1]]
    assert parts(svg, "title")[0].text == "东街 <示例>"
    assert svg == pyramid("东街 <示例>", ["0–4", "5–9"], [100, math.nan], [50, 0], ("男", "女"))


def test_nobody_at_all_is_an_empty_pyramid() -> None:
    assert len(parts(pyramid("t", ["0–4"], [0], [math.nan], ("m", "w")), "rect")) == 1


def test_bars_name_their_figures_and_leave_out_what_is_hidden() -> None:
    svg = bars("教育", ["小学", "初中", "高中"], [1000, math.nan, 500])
    said = [one.text for one in parts(svg, "text")]
    assert "1,000" in said
    assert "…" in said
    assert len(parts(svg, "rect")) == 3


def test_a_map_shades_areas_by_share_and_names_them() -> None:
    squares = {
        str(at): {"type": "Polygon", "coordinates": [[[at, 0], [at + 1, 0], [at + 1, 1], [at, 1], [at, 0]]]}
        for at in range(6)
    }
    values = {"0": 5.0, "1": 10.0, "2": 15.0, "3": 20.0, "4": 25.0, "5": math.nan}
    drawn = parts(shares("老龄", squares, values, {"0": "东街"}), "path")
    assert len({one.get("fill") for one in drawn}) == 6
    assert drawn[0][0].text == "东街 5.0%"
    with pytest.raises(ValueError, match="polygons"):
        shares("t", {}, {}, {})
