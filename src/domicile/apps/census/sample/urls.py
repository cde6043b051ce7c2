"""Addresses of the sample."""

from django.urls import path

from domicile.apps.census.sample import views

urlpatterns = [
    path("census/<slug:code>/sample/", views.sample, name="sample"),
    path("census/<slug:code>/sample/draw/", views.Draw.as_view(), name="draw_sample"),
    path("census/<slug:code>/sample/frame.csv", views.frame, name="sample_frame"),
    path("census/<slug:code>/sample/report.pdf", views.report, name="sample_report"),
]
