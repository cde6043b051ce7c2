"""The check that nothing a user reads is left without its Chinese catches each way of leaving it."""

from pathlib import Path

import pytest

from scripts import messages

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app with a page, a view and a full catalogue."""
    source = tmp_path / "src" / "domicile"
    app = source / "apps" / "people"
    (app / "templates").mkdir(parents=True)
    (app / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    monkeypatch.setattr(messages, "SOURCE", source)
    (app / "templates" / "page.html").write_text('{% translate "Save" %}{# {% translate "Not shown" %} #}', "utf-8")
    (app / "views.py").write_text('from x import gettext as _\n_("Saved %(name)s.")\n', "utf-8")
    _catalogue(app, {"Save": "保存", "Saved %(name)s.": "已保存 %(name)s。"})
    return app


def _catalogue(app: Path, rows: dict[str, str], *, mark: str = "") -> Path:
    path = app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    body = "\n".join(f'{mark}msgid "{key}"\nmsgstr "{value}"\n' for key, value in rows.items())
    path.write_text(HEAD + body, "utf-8")
    return path


def test_a_full_catalogue_is_in_order(app: Path) -> None:
    assert list(messages.problems()) == []


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ('{% translate "Find" %}', "Find"),
        ("{% trans 'Find' %}", "Find"),
        ('{% include "x.html" with label=_("Find") %}', "Find"),
        ('{% translate "Find 95 %" %}', "Find 95 %%"),
        ("{% blocktranslate %}{{ count }} people{% endblocktranslate %}", "%(count)s people"),
        ("{% blocktranslate trimmed %}\n  one\n  two\n{% endblocktranslate %}", "one two"),
        ("{% blocktranslate count n=x %}a{% plural %}{{ n }} b{% endblocktranslate %}", "%(n)s b"),
    ],
)
def test_an_untranslated_text_of_a_page_is_named_with_its_line(app: Path, page: str, left: str) -> None:
    (app / "templates" / "page.html").write_text("\n" + page, "utf-8")
    assert any(f"page.html:2: no zh_Hans translation of {left!r}" in problem for problem in messages.problems())


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ('_("Find")', "Find"),
        ('gettext_lazy("Find")', "Find"),
        ('ngettext("%d man", "%d men", 2)', "%d men"),
        ('pgettext("door", "Open")', "Open"),
    ],
)
def test_an_untranslated_text_of_the_code_is_named_with_its_line(app: Path, code: str, left: str) -> None:
    (app / "views.py").write_text(f"\n{code}\n", "utf-8")
    assert any(f"views.py:2: no zh_Hans translation of {left!r}" in problem for problem in messages.problems())


def test_a_guess_counts_as_untranslated(app: Path) -> None:
    _catalogue(app, {"Save": "保存", "Saved %(name)s.": "已保存 %(name)s。"}, mark="#, fuzzy\n")
    assert len(list(messages.problems())) == 2


def test_a_lost_placeholder_is_named(app: Path) -> None:
    _catalogue(app, {"Save": "保存", "Saved %(name)s.": "已保存。"})
    assert [problem for problem in messages.problems() if "placeholders" in problem]


def test_only_what_changed_is_compiled(app: Path) -> None:
    assert messages.compile_all() == 1
    assert messages.compile_all() == 0
    assert (app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").exists()


def test_two_apps_that_translate_one_text_differently_are_named(app: Path) -> None:
    other = app.parent / "areas"
    (other / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True)
    _catalogue(other, {"Save": "存"})
    assert ["'Save' is translated otherwise" in problem for problem in messages.problems()] == [True]
