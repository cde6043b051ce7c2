"""Addresses of search, cards and changes. No name, number or search term stands in an address."""

from django.urls import include, path

from domicile.apps.people.views import cards, changes, search

app_name = "people"
urlpatterns = [
    path("ledgers/", include("domicile.apps.people.ledgers.urls")),
    path("search/", search.search, name="search"),
    path("dwellings/<uuid:pk>/", cards.dwelling, name="dwelling"),
    path("households/<uuid:pk>/", cards.household, name="household"),
    path("people/<uuid:pk>/", cards.person, name="person"),
    path("people/<uuid:pk>/numbers/", cards.numbers, name="numbers"),
    path("people/<uuid:pk>/history/", cards.history, name="history"),
    path("people/<uuid:pk>/correct-name/", changes.correct_name, name="correct_name"),
    path("stays/<uuid:pk>/end/", changes.end_stay, name="end_stay"),
    path("households/<uuid:pk>/add/", changes.add_member, name="add_member"),
    path("changes/<int:pk>/undo/", changes.undo, name="undo"),
]
