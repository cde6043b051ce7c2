"""Addresses of the app."""

from django.urls import path

from domicile.apps.peers.views import pages, wire

app_name = "peers"
LETTER = "administration/peers/messages/<str:way>/<uuid:pk>"
urlpatterns = [
    path("peers/inbox", wire.take, name="inbox"),
    path("administration/peers/", pages.peers, name="peers"),
    path("administration/peers/own/", pages.Own.as_view(), name="own"),
    path("administration/peers/card/", pages.card, name="card"),
    path("administration/peers/add/", pages.Add.as_view(), name="add"),
    path("administration/peers/<uuid:pk>/", pages.peer, name="peer"),
    path("administration/peers/<uuid:pk>/confirm/", pages.Confirm.as_view(), name="confirm"),
    path("administration/peers/<uuid:pk>/drop/", pages.drop, name="drop"),
    path("administration/peers/<uuid:pk>/pause/", pages.Pause.as_view(), name="pause"),
    path("administration/peers/<uuid:pk>/resume/", pages.resume, name="resume"),
    path("administration/peers/<uuid:pk>/end/", pages.End.as_view(), name="end"),
    path("administration/peers/<uuid:pk>/try/", pages.try_now, name="try_now"),
    path("administration/peers/<uuid:pk>/notice/", pages.Notice.as_view(), name="notice"),
    path("administration/peers/<uuid:pk>/write/", pages.write_file, name="write_file"),
    path("administration/peers/<uuid:pk>/read/", pages.read_file, name="read_file"),
    path(f"{LETTER}/again/", pages.again, name="again"),
    path(f"{LETTER}/seen/", pages.seen, name="seen"),
    path(f"{LETTER}/give-up/", pages.GiveUp.as_view(), name="give_up"),
]
