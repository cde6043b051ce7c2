"""Addresses of the listing."""

from django.urls import path

from domicile.apps.census.listing import changing, views

urlpatterns = [
    path("census/<slug:code>/listing/", views.areas, name="listing"),
    path("census/<slug:code>/listing/<str:place>/", views.area, name="listed_area"),
    path("census/<slug:code>/listing/<str:place>/book.pdf", views.book, name="listing_book"),
    path("census/<slug:code>/listing/<str:place>/import/", changing.ImportListing.as_view(), name="import_listing"),
    path("census/<slug:code>/listing/<str:place>/add/", changing.AddPlace.as_view(), name="add_place"),
    path("listing/buildings/<uuid:pk>/", views.building, name="listed_building"),
    path("listing/buildings/<uuid:pk>/check/", views.check, name="check_listing"),
    path("listing/buildings/<uuid:pk>/add/", changing.AddDwelling.as_view(), name="add_dwelling"),
    path("listing/dwellings/<uuid:pk>/change/", changing.ChangeDwelling.as_view(), name="change_dwelling"),
    path("listing/dwellings/<uuid:pk>/add/", changing.AddHousehold.as_view(), name="add_household"),
    path("listing/households/<uuid:pk>/change/", changing.ChangeHousehold.as_view(), name="change_household"),
    path("listing/households/<uuid:pk>/split/", changing.SplitHousehold.as_view(), name="split_household"),
    path("listing/households/<uuid:pk>/end/", changing.EndHousehold.as_view(), name="end_household"),
    path("listing/households/<uuid:pk>/back/", views.put_back, name="put_back"),
    path("listing/changes/<int:pk>/undo/", views.undo_listing, name="undo_listing"),
]
