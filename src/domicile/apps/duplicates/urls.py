"""Addresses of the app. No name and no number stands in an address."""

from django.urls import path

from domicile.apps.duplicates import searches, views

app_name = "duplicates"
urlpatterns = [
    path("duplicates/", views.listed, name="list"),
    path("duplicates/search/", searches.search, name="search"),
    path("duplicates/<uuid:pk>/", views.pair, name="pair"),
    path("duplicates/<uuid:pk>/merge/", views.merge, name="merge"),
    path("duplicates/<uuid:pk>/apart/", views.apart, name="apart"),
    path("duplicates/<uuid:pk>/take-back/", views.take_back, name="take_back"),
    path("people/<uuid:pk>/unmerge/", views.unmerge, name="unmerge"),
    path("people/<uuid:pk>/compare/", views.compare, name="compare"),
]
