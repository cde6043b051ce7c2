"""Days and times are written one way, in both languages, wherever a template only names them."""

import datetime as dt

import pytest
from django.forms import DateField
from django.template import Context, Template
from django.utils import timezone, translation

MOMENT = dt.datetime(2026, 11, 2, 9, 5, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_days_are_written_as_in_files(language: str) -> None:
    with translation.override(language):
        shown = Template("{{ day }} {{ day|date }} {{ moment }}").render(
            Context({"day": MOMENT.date(), "moment": MOMENT})
        )
        assert shown == "2026-11-02 2026-11-02 2026-11-02 09:05"
        assert DateField().clean("2026-11-02") == MOMENT.date()
