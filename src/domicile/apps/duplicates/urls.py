"""Addresses of the app. No name and no number stands in an address."""

from django.urls import URLPattern

app_name = "duplicates"
urlpatterns: list[URLPattern] = []
