"""Addresses of clean-ups. No name and no number of anybody stands in an address."""

from django.urls import path

from domicile.apps.quality.cleanup import views
from domicile.apps.quality.cleanup.registers import REGISTERS

app_name = "cleanup"
urlpatterns = [
    path("clean-up/", views.rounds, name="rounds"),
    path("clean-up/begin/", views.Begin.as_view(), name="begin"),
    path("clean-up/<uuid:pk>/", views.round_, name="round"),
    path("clean-up/<uuid:pk>/make/", views.make, name="make"),
    path("clean-up/<uuid:pk>/close/", views.close, name="close"),
    path("clean-up/<uuid:pk>/open/", views.reopen, name="reopen"),
    path("clean-up/<uuid:pk>/areas/<slug:file>/", views.areas_file, name="areas_file"),
    path("clean-up/<uuid:pk>/summary/<slug:area>/", views.summary_page, name="summary"),
    path("clean-up/<uuid:pk>/summary/<slug:area>/<slug:file>/", views.summary_file, name="summary_file"),
    path("clean-up/<uuid:pk>/sheets/<slug:kind>/<slug:area>/", views.sheet, name="sheet"),
    path("clean-up/<uuid:pk>/sign/<slug:area>/", views.Sign.as_view(), name="sign"),
    path("clean-up/<uuid:pk>/unsign/<slug:area>/", views.unsign, name="unsign"),
    path("clean-up/cases/<uuid:pk>/", views.case, name="case"),
    path("clean-up/cases/<uuid:pk>/say/", views.say, name="say"),
    path("clean-up/cases/<uuid:pk>/take-back/", views.take_back, name="take_back"),
    path("clean-up/at/<uuid:pk>/", views.at, name="at"),
    path("clean-up/add/<uuid:pk>/", views.Add.as_view(), name="add"),
    *(
        path(f"ledgers/clean-up/{key}/", register.as_view(), name=f"register_{key}")
        for key, register in REGISTERS.items()
    ),
]
