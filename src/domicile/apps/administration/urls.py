"""Addresses of the administrators' and supervisors' screens."""

from django.urls import URLPattern

app_name = "administration"
urlpatterns: list[URLPattern] = []
