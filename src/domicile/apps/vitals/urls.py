"""Addresses of the app."""

from django.urls import URLPattern

app_name = "vitals"
urlpatterns: list[URLPattern] = []
