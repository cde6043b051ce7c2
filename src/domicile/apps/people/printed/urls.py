"""Addresses of what is printed about homes and people."""

from django.urls import path

from domicile.apps.people.printed import views

app_name = "printed"
urlpatterns = [
    path("dwellings/<uuid:pk>/print/", views.PrintDwelling.as_view(), name="dwelling"),
    path("households/<uuid:pk>/print/", views.PrintHousehold.as_view(), name="household"),
    path("people/<uuid:pk>/print/", views.PrintPerson.as_view(), name="person"),
]
