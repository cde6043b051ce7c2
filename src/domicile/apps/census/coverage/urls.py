"""Addresses of the survey of coverage."""

from django.urls import path

from domicile.apps.census.coverage import views

urlpatterns = [
    path("census/<slug:code>/coverage/", views.coverage, name="coverage"),
    path("census/<slug:code>/coverage/draw/", views.Draw.as_view(), name="draw_coverage"),
    path("census/<slug:code>/coverage/bring/", views.Bring.as_view(), name="bring_coverage"),
    path("census/<slug:code>/coverage/compare/", views.compare, name="compare_coverage"),
    path("census/<slug:code>/coverage/report.csv", views.report, name="coverage_report"),
    path("census/<slug:code>/coverage/<str:place>/", views.area, name="coverage_area"),
    path("coverage/areas/<uuid:pk>/", views.Give.as_view(), name="give_coverage"),
    path("coverage/cases/<uuid:pk>/", views.Decide.as_view(), name="decide_coverage"),
]
