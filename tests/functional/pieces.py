"""A page with every piece of the look on it, for the browser to judge; it exists in the tests alone."""

from pathlib import Path

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from domicile.site.urls import urlpatterns as site_urls


class PiecesForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="与证件一致。")
    phone = forms.CharField(label="电话", required=False)
    kind = forms.ChoiceField(label="类别", choices=[("1", "常住"), ("2", "暂住")])
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="已核实")
    remark = forms.CharField(label="备注", widget=forms.Textarea(attrs={"rows": 2}), required=False)


def pieces(request: HttpRequest) -> HttpResponse:
    """Every piece once; the form has been sent empty."""
    cells = [
        {"label": "姓名", "value": "王建国", "url": "#form"},
        {"label": "住址", "value": "人民路12号3栋2单元101室"},
    ]
    context = {
        "heading": "台账",
        "purpose": "入户走访",
        "purpose_url": "#form",
        "facts": [{"label": "姓名", "value": "王建国"}, {"label": "住址", "value": "人民路12号", "url": "#form"}],
        "columns": [{"label": "姓名"}, {"label": "住址"}, {"label": "人数", "css": "numbers"}],
        "rows": [{"cells": [*cells, {"label": "人数", "value": 3, "css": "numbers"}]}] * 3,
        "next_url": "#form",
        "previous_url": "#form",
        "position": "1–3 / 9",
        "form": PiecesForm({}),
    }
    template = engines["django"].from_string((Path(__file__).parent / "pieces.html").read_text("utf-8"))
    return HttpResponse(template.render(context, request))


urlpatterns = [path("i18n/pieces/", pieces), *site_urls]
