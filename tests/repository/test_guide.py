"""The guide is true: its words are those of the screens, its pictures are made by the script, its links lead somewhere."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from scripts.guide_scenes import SCENES

TOP = Path(__file__).resolve().parents[2]
GUIDE = TOP / "docs" / "guide"
PICTURES = GUIDE / "pictures"
CHINESE = ".zh-CN.md"
DOCUMENTS = sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")])
ENGLISH_PAGES = sorted(page for page in GUIDE.glob("*.md") if not page.name.endswith(CHINESE))
PAIRS = [(page, page.with_name(page.stem + CHINESE)) for page in ENGLISH_PAGES]
# What the sheets and the interface for programs look like stands in pages of their own, with words of their own.
ABOUT_SCREENS = [pair for pair in PAIRS if pair[0].stem not in {"api", "layouts"}]
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)|“([^”]+)”")
REFUSALS = re.compile(r"^\| (?:what you read|看到的话) \|.*\n\|[ -|]+\n((?:\|.*\n?)+)", re.MULTILINE)


def text_of(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)


def headings(page: Path) -> list[tuple[int, str]]:
    return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.+)$", text_of(page), re.MULTILINE)]


def anchors(page: Path) -> set[str]:
    """How the headings are named in addresses."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _level, title in headings(page)}


def broken(page: Path) -> list[str]:
    """The links of a page to files and headings that are not there."""
    found = []
    for _picture, target in LINK.findall(text_of(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            found.append(target)
    return found


def pictures(page: Path) -> list[str]:
    return [Path(target).name for picture, target in LINK.findall(text_of(page)) if picture]


def words(language: str) -> str:
    """Everything that the screens can say in a language, one message a line; what is filled in is left out."""
    declared = (
        "core/policy/parameters/roles.yaml",
        "core/policy/parameters/census_roles.yaml",
        "apps/exchange/messages.yaml",
    )
    said = [(TOP / "src/domicile" / name).read_text("utf-8") for name in declared]
    for path in (TOP / "src").rglob("locale/zh_Hans/LC_MESSAGES/django.po"):
        with path.open("rb") as file, translation.override(language):
            for message in read_po(file):
                # Asked as a page asks: of several catalogues one answers.
                if not isinstance(message.id, str):
                    one, many = message.id
                    said += [translation.npgettext(message.context, one, many, count) if message.context
                             else translation.ngettext(one, many, count) for count in (1, 2)]  # fmt: skip
                elif message.id:
                    said.append(translation.pgettext(message.context, message.id) if message.context
                                else translation.gettext(message.id))  # fmt: skip
    said += of_the_census(language)
    return "\n".join(re.sub(r"%\(\w+\)[sd]|{\w*}", "…", text) for text in said)


def of_the_census(language: str) -> list[str]:
    """What the screens of the census say, whose apps and words are not installed where these tests run."""
    said = []
    of = {"en": "en", "zh-hans": "zh_Hans"}[language]
    for folder in ("apps/census", "site/census_words"):
        path = TOP / "src/domicile" / folder / "locale" / of / "LC_MESSAGES" / "django.po"
        if path.exists():
            with path.open("rb") as file:
                strings = [message.string for message in read_po(file) if message.id]
            said += [part for string in strings for part in ([string] if isinstance(string, str) else string)]
    return said


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(TOP)))
def test_no_link_is_broken(page: Path) -> None:
    assert not broken(page)


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here it is\n[a](#here-it-is) [b](nowhere.md) [c](#gone) [d](https://example.org/)\n")
    assert broken(page) == ["nowhere.md", "#gone"]


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=lambda page: page.name)
def test_both_languages_have_the_same_headings_and_pictures(english: Path, chinese: Path) -> None:
    assert [level for level, _title in headings(english)] == [level for level, _title in headings(chinese)]
    assert [name.replace(".en.", ".zh.") for name in pictures(english)] == pictures(chinese)


def test_every_page_has_both_languages() -> None:
    assert {page for pair in PAIRS for page in pair} == set(GUIDE.glob("*.md"))


def test_every_picture_is_used_and_made_by_the_script() -> None:
    used = {name for pair in PAIRS for page in pair for name in pictures(page)}
    scenes = {scene.name for scene in SCENES}
    assert used == {path.name for path in PICTURES.iterdir()}
    assert {name.partition(".")[0] for name in used} == scenes


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 4_000_000


@pytest.mark.parametrize(("english", "chinese"), ABOUT_SCREENS, ids=lambda page: page.name)
def test_buttons_and_refusals_are_called_as_on_the_screen(english: Path, chinese: Path) -> None:
    for page, language in ((english, "en"), (chinese, "zh-hans")):
        said = words(language)
        named = re.findall(r"\*\*([^*]+)\*\*", text_of(page))
        named += ["".join(pair) for pair in QUOTED.findall(text_of(page))]
        refused = [
            row.split(" | ")[0].lstrip("| ") for table in REFUSALS.findall(text_of(page)) for row in table.splitlines()
        ]
        plain = [re.sub(r"\*|^…+|…+$", "", text).replace("\n", " ").strip(" ，.?？。") for text in [*named, *refused]]
        unknown = [text for text in plain if re.sub(r"\d+", "…", text) not in said and text not in said]
        assert not unknown, page.name
