"""What the checks say, in both languages: messages.yaml holds a text and a cure for every code."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from django.utils.translation import get_language

from domicile.apps.exchange.discreet import discreet
from domicile.core import declared

# Columns and findings that speak of places by their codes.
OF_PLACES = frozenset({"code", "grid", "area", "successor"})
PLACE_CODES = ("area_", "grid_", "community_", "building_", "outside_", "code_")


@dataclass(frozen=True)
class IssueView:
    """One finding, ready to show in the reader's language. `row` is the row number of the sheet, 0 for the whole file."""

    sheet: str
    row: int
    column: str  # name of the layout's column, '' for the whole row
    label: str  # its words in the reader's language
    code: str
    severity: str  # error, warning or note
    message: str
    cure: str
    excerpt: str  # what stood there; numbers and phones masked

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)

    @property
    def place(self) -> str:
        """Sheet, row and column in one phrase."""
        if language() == "zh":
            parts = [f"工作表“{self.sheet}”" if self.sheet else "", f"第 {self.row} 行" if self.row else ""]
            return " ".join([*filter(None, parts), f"“{self.label}”列" if self.label else ""]).strip()
        parts = [f"sheet “{self.sheet}”" if self.sheet else "", f"row {self.row}" if self.row else ""]
        return ", ".join(filter(None, [*parts, f"column “{self.label}”" if self.label else ""]))


class ImportRefused(Exception):
    """A file that cannot become a batch, or a step that the batch is not ready for. `issues` say where and the cure."""

    def __init__(self, issues: list[IssueView]) -> None:
        self.issues = issues
        super().__init__("; ".join(f"{issue.place}: {issue.message} {issue.cure}".lstrip(": ") for issue in issues))


def language() -> str:
    """`zh` or `en`: the reader's language."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All codes with severity and texts (zh, en, cure_zh, cure_en)."""
    text = resources.files("domicile.apps.exchange").joinpath("messages.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = declared.read(text)
    return loaded


def severity_of(code: str) -> str:
    return catalogue()[code]["severity"]


def issue(
    code: str, *, sheet: str = "", row: int = 0, column: str = "", label: str = "", excerpt: str = "", **values: Any
) -> IssueView:
    """An IssueView of `code` in the reader's language; `values` fill the placeholders of its texts.

    Long numbers are masked in all of it, in whichever column they were typed.
    """
    entry, lang = catalogue()[code], language()
    codes = column in OF_PLACES or code.startswith(PLACE_CODES)
    excerpt, label = discreet(excerpt, codes=codes), discreet(label)
    fill = {"excerpt": excerpt, **{name: discreet(str(value), codes=codes) for name, value in values.items()}}
    return IssueView(
        sheet=sheet,
        row=row,
        column=column,
        label=label or column,
        code=code,
        severity=entry["severity"],
        message=entry[lang].format_map(_Gaps(fill)),
        cure=entry[f"cure_{lang}"].format_map(_Gaps(fill)),
        excerpt=excerpt,
    )


class _Gaps(dict[str, Any]):
    """A placeholder that nothing fills stands as …, so that a message never fails."""

    def __missing__(self, key: str) -> str:
        return "…"


def refuse(code: str, **values: Any) -> ImportRefused:
    """The exception for one issue."""
    return ImportRefused([issue(code, **values)])
