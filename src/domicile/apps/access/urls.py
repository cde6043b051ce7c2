"""Addresses of purpose and role."""

from django.urls import path

from domicile.apps.access import views

app_name = "access"
urlpatterns = [
    path("purpose/", views.purpose, name="purpose"),
    path("role/", views.switch_role, name="role"),
]
