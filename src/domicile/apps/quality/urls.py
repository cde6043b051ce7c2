"""Addresses of the app. No name and no number stands in an address."""

from django.urls import path

from domicile.apps.quality import views
from domicile.apps.quality.ledger import Findings

app_name = "quality"
urlpatterns = [
    path("quality/rules/", views.rules, name="rules"),
    path("quality/rules/check/", views.check_now, name="check_now"),
    path("ledgers/findings/", Findings.as_view(), name="findings"),
    path("quality/findings/<uuid:pk>/right/", views.explain, name="explain"),
    path("quality/findings/<uuid:pk>/take-back/", views.take_back, name="take_back"),
]
