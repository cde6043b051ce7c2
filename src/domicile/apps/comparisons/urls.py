"""Addresses of the app. No name and no number stands in an address."""

from django.urls import path

from domicile.apps.comparisons import views

app_name = "comparisons"
urlpatterns = [
    path("comparisons/", views.listed, name="list"),
    path("comparisons/new/", views.propose, name="propose"),
    path("comparisons/<uuid:pk>/", views.one, name="one"),
    path("comparisons/<uuid:pk>/accept/", views.accept, name="accept"),
    path("comparisons/<uuid:pk>/refuse/", views.refuse, name="refuse"),
    path("comparisons/<uuid:pk>/stop/", views.stop, name="stop"),
    path("comparisons/found/<uuid:pk>/", views.found, name="found"),
    path("comparisons/found/<uuid:pk>/ask/", views.ask, name="ask"),
    path("comparisons/found/<uuid:pk>/apart/", views.apart, name="apart"),
    path("comparisons/found/<uuid:pk>/settle/", views.settle, name="settle"),
    path("comparisons/found/<uuid:pk>/reopen/", views.reopen, name="reopen"),
]
