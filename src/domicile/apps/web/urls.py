"""Addresses of the shell."""

from django.urls import path

from domicile.apps.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("quality/", views.quality, name="quality"),
]
