"""Addresses of search, cards and changes. Ids only: no name, number or search term stands in an address."""

from django.urls import path

from domicile.apps.people.views import search

app_name = "people"
urlpatterns = [
    path("search/", search.search, name="search"),
]
