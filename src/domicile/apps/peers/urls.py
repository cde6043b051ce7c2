"""Addresses of the app."""

from django.urls import path

from domicile.apps.peers.views import wire

app_name = "peers"
urlpatterns = [
    path("peers/inbox", wire.take, name="inbox"),
]
