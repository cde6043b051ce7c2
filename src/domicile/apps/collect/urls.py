"""Addresses of proposals."""

from django.urls import path

from domicile.apps.collect import views

app_name = "collect"
urlpatterns = [
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<uuid:pk>/", views.proposal, name="proposal"),
    path("proposals/<uuid:pk>/decide/", views.decide, name="decide"),
]
