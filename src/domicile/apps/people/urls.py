"""Addresses of search, cards and changes. No name, number or search term stands in an address."""

from django.urls import include, path

from domicile.apps.people.views import adding, cards, changes, corrections, homes, search

app_name = "people"
urlpatterns = [
    path("ledgers/", include("domicile.apps.people.ledgers.urls")),
    path("", include("domicile.apps.people.local.urls")),
    path("search/", search.search, name="search"),
    path("dwellings/<uuid:pk>/", cards.dwelling, name="dwelling"),
    path("dwellings/<uuid:pk>/add-household/", adding.add_household, name="add_household"),
    path("households/<uuid:pk>/", cards.household, name="household"),
    path("households/<uuid:pk>/history/", cards.household_history, name="household_history"),
    path("households/<uuid:pk>/add/", adding.add_member, name="add_member"),
    path("households/<uuid:pk>/leave/", homes.leave, name="leave_household"),
    path("households/<uuid:pk>/head/", homes.change_head, name="change_head"),
    path("households/<uuid:pk>/correct-dwelling/", homes.correct_dwelling, name="correct_dwelling"),
    path("households/<uuid:pk>/regroup/<slug:mode>/", homes.regroup, name="regroup"),
    path("people/<uuid:pk>/", cards.person, name="person"),
    path("people/<uuid:pk>/numbers/", cards.numbers, name="numbers"),
    path("people/<uuid:pk>/history/", cards.history, name="history"),
    path("people/<uuid:pk>/correct-name/", corrections.correct_name, name="correct_name"),
    path("people/<uuid:pk>/name/", corrections.give_name, name="give_name"),
    path("people/<uuid:pk>/parents/", corrections.parents, name="parents"),
    path("people/<uuid:pk>/correct/", corrections.overview, name="corrections"),
    path("people/<uuid:pk>/correct/<slug:key>/", corrections.correct, name="correct"),
    path("people/<uuid:pk>/correct/<slug:key>/<uuid:row_id>/", corrections.correct, name="correct_row"),
    path("stays/<uuid:pk>/end/", homes.end_stay, name="end_stay"),
    path("changes/<int:pk>/undo/", changes.undo, name="undo"),
]
