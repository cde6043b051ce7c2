"""Addresses of local fields of persons and dwellings."""

from django.urls import path

from domicile.apps.people.local import views

urlpatterns = [
    path("people/<uuid:pk>/local-fields/", views.person, name="local_person"),
    path("dwellings/<uuid:pk>/local-fields/", views.dwelling, name="local_dwelling"),
]
