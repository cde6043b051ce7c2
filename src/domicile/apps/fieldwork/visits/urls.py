"""Addresses of visits and rounds."""

from django.urls import path

from domicile.apps.fieldwork.visits import views
from domicile.apps.fieldwork.visits.ledgers import Rounds, Visits

app_name = "visits"
urlpatterns = [
    path("visits/", Visits.as_view(), name="visits"),
    path("visits/<uuid:pk>/", views.visit, name="visit"),
    path("visits/<uuid:pk>/take-back/", views.take_back, name="take_back"),
    path("visits/add/dwelling/<uuid:pk>/", views.EnterVisit.as_view(), name="add_visit"),
    path("visits/add/building/<uuid:pk>/", views.EnterRound.as_view(), name="add_round"),
    path("rounds/", Rounds.as_view(), name="rounds"),
    path("rounds/coverage/", views.coverage, name="coverage"),
]
