"""Addresses of printed maps."""

from django.urls import path

from domicile.apps.maps.printed.views import Plan

app_name = "printed_maps"
urlpatterns = [path("areas/<uuid:pk>/plan/", Plan.as_view(), name="plan")]
