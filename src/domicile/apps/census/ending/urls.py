"""Addresses of the end of a census."""

from django.urls import path, re_path

from domicile.apps.census.ending import views

urlpatterns = [
    path("census/<slug:code>/ending/", views.ending, name="ending"),
    path("census/<slug:code>/ending/certificate.pdf", views.certificate, name="ending_certificate"),
    path("census/<slug:code>/ending/matching/", views.EndMatching.as_view(), name="end_matching"),
    re_path(r"^census/(?P<code>[-\w]+)/ending/(?P<key>ask|destroy|keep|go-on)/$", views.step, name="ending_step"),
]
