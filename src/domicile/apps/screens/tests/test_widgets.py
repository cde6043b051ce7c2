"""A long select reads to a browser as Django's own does."""

from html.parser import HTMLParser

import pytest
from django import forms

from domicile.apps.screens.widgets import LongSelect

CHOICES = [("", "all"), ("770101", "渔村 <旧>"), ('7"7', "a & b")]


class Options(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


@pytest.mark.parametrize("value", ["", "770101", '7"7', None, "nowhere"])
@pytest.mark.parametrize("required", [True, False])
def test_a_long_select_reads_as_djangos(value: str | None, required: bool) -> None:
    def shown(widget: forms.Widget) -> Options:
        class Form(forms.Form):
            place = forms.ChoiceField(choices=CHOICES, widget=widget, required=required)

        return Options(str(Form(initial={"place": value})["place"]))

    own, django = shown(LongSelect(attrs={"class": "wide"})), shown(forms.Select(attrs={"class": "wide"}))
    assert own.tags == django.tags
    assert own.texts == django.texts
