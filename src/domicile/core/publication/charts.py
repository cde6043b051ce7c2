"""Charts as SVG, drawn from protected figures alone: pyramids, bars, maps of shares. The same bytes for the same figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

_LEFT: Final = "#2f6f9f"
_RIGHT: Final = "#c2543d"
_SHADES: Final = ("#eef3f8", "#c9dcec", "#93bddb", "#5390c0", "#215a8c")
_INK: Final = "#1d2733"
_FAINT: Final = "#d5dbe1"
_FONT: Final = "Noto Sans S Chinese, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
_WIDTH: Final = 640
_UNKNOWN: Final = "#ffffff"


def pyramid(
    title: str, groups: Sequence[str], men: Sequence[float], women: Sequence[float], sexes: tuple[str, str]
) -> bytes:
    """Bars from the youngest group (the first) up, men on the left. Figures that are not shown (NaN) have no bar."""
    row, top, middle, gap = 22, 62, _WIDTH / 2, 46
    reach = middle - gap - 16
    most = max([1.0, *(one for one in (*men, *women) if not math.isnan(one))])
    step = _step(most)
    most = math.ceil(most / step) * step
    height = top + row * len(groups) + 46
    parts = [_text(_WIDTH / 2, 26, title, 17, "middle", bold=True)]
    parts += [
        _text(middle - gap, 50, sexes[0], 13, "end", fill=_LEFT),
        _text(middle + gap, 50, sexes[1], 13, "start", fill=_RIGHT),
    ]
    bottom = top + row * len(groups)
    for tick in range(int(most / step) + 1):
        away = reach * tick * step / most
        for x in dict.fromkeys((middle - gap - away, middle + gap + away)):
            parts.append(f'<line x1="{x:.1f}" y1="{top - 4}" x2="{x:.1f}" y2="{bottom}" stroke="{_FAINT}"/>')
            parts.append(_text(x, bottom + 18, f"{int(tick * step):,}", 11, "middle"))
    for at, group in enumerate(groups):
        y = bottom - row * (at + 1)
        parts.append(_text(middle, y + 15, group, 11, "middle"))
        for value, sign, fill in ((men[at], -1, _LEFT), (women[at], 1, _RIGHT)):
            if not math.isnan(value) and value > 0:
                wide = reach * value / most
                x = middle - gap - wide if sign < 0 else middle + gap
                parts.append(f'<rect x="{x:.1f}" y="{y + 2}" width="{wide:.1f}" height="{row - 4}" fill="{fill}"/>')
    return _picture(title, height, parts)


def bars(title: str, names: Sequence[str], values: Sequence[float]) -> bytes:
    """One bar a category, the figure behind it; none where it is not shown."""
    row, top, left = 28, 48, 210
    most = max([1.0, *(one for one in values if not math.isnan(one))])
    parts = [_text(_WIDTH / 2, 26, title, 17, "middle", bold=True)]
    for at, (name, value) in enumerate(zip(names, values, strict=True)):
        y = top + row * at
        parts.append(_text(left - 8, y + 18, name if len(name) <= 28 else f"{name[:27]}…", 12, "end"))
        if math.isnan(value):
            parts.append(_text(left + 4, y + 18, "…", 12, "start"))
            continue
        wide = (_WIDTH - left - 90) * value / most
        parts.append(f'<rect x="{left}" y="{y + 4}" width="{wide:.1f}" height="{row - 8}" fill="{_LEFT}"/>')
        parts.append(_text(left + wide + 6, y + 18, f"{int(value):,}", 12, "start"))
    return _picture(title, top + row * len(names) + 16, parts)


def shares(title: str, polygons: Mapping[str, Any], values: Mapping[str, float], names: Mapping[str, str]) -> bytes:
    """A map of shares in per cent: five classes of equal count. polygons: GeoJSON geometries in degrees by area code."""
    rings = {code: list(_rings(geometry)) for code, geometry in polygons.items()}
    points = [point for some in rings.values() for ring in some for point in ring]
    if not points:
        raise ValueError("A map needs polygons.")
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    wide = math.cos(math.radians((south + north) / 2))
    scale = min((_WIDTH - 40) / max((east - west) * wide, 1e-9), 520 / max(north - south, 1e-9))
    top = 48.0
    known = sorted(one for one in values.values() if not math.isnan(one))
    # The greatest value of each class but the last.
    edges = [known[math.ceil(at * len(known) / len(_SHADES)) - 1] for at in range(1, len(_SHADES))] if known else []
    parts = [_text(_WIDTH / 2, 26, title, 17, "middle", bold=True)]
    for code in sorted(rings):
        value = values.get(code, math.nan)
        fill = _UNKNOWN if math.isnan(value) else _SHADES[sum(value > edge for edge in edges)]
        path = " ".join(
            "M"
            + " L".join(f"{20 + (x - west) * wide * scale:.1f},{top + (north - y) * scale:.1f}" for x, y in ring)
            + " Z"
            for ring in rings[code]
        )
        said = "…" if math.isnan(value) else f"{value:.1f}%"
        parts.append(
            f'<path d="{path}" fill="{fill}" stroke="{_INK}" stroke-width="0.6" fill-rule="evenodd">'
            f"<title>{escape(names.get(code, code))} {said}</title></path>"
        )
    y = top + (north - south) * scale + 18
    for at, shade in enumerate(_SHADES if known else ()):
        low = known[0] if at == 0 else next((one for one in known if one > edges[at - 1]), known[-1])
        high = known[-1] if at == len(_SHADES) - 1 else edges[at]
        corner = f'x="{20 + at * 122}" y="{y:.0f}" width="16" height="16"'
        parts.append(f'<rect {corner} fill="{shade}" stroke="{_INK}" stroke-width="0.4"/>')
        parts.append(_text(42 + at * 122, y + 13, f"{low:.1f}–{high:.1f}%", 12, "start"))
    return _picture(title, y + 34, parts)


def _rings(geometry: Mapping[str, Any]) -> Iterable[list[tuple[float, float]]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(float(x), float(y)) for x, y, *_ in ring]


def _step(most: float) -> float:
    """Ticks of 1, 2 or 5 times a power of ten, about four to a side."""
    rough = most / 4
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next((one * power for one in (1, 2, 5, 10) if one * power >= rough), 10 * power)
    return max(1.0, step)


def _text(x: float, y: float, text: str, size: int, anchor: str, *, fill: str = _INK, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(text)}</text>'


def _picture(title: str, height: float, parts: Sequence[str]) -> bytes:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" height="{height:.0f}" '
        f'role="img" font-family="{_FONT}"><title>{escape(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>'
    )
    return "\n".join([head, *parts, "</svg>", ""]).encode()
