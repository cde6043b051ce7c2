"""Addresses of the map."""

from django.urls import path

from domicile.apps.maps.views import changing, reading

app_name = "maps"
urlpatterns = [
    path("map/", reading.page, name="map"),
    path("map/data/", reading.data, name="data"),
    path("map/counts.csv", reading.counts, name="counts"),
    path("map/checks/", reading.checks_page, name="checks"),
    path("map/checks/data/", reading.checks_data, name="checks_data"),
    path("map/buildings/<uuid:pk>/", reading.building, name="building"),
    path("map/buildings/<uuid:pk>/people/", reading.people, name="people"),
    path("map/buildings/<uuid:pk>/place/", changing.Place.as_view(), name="place"),
    path("map/communities/<str:code>/places/", changing.Places.as_view(), name="places"),
    path("map/grids/draw/", changing.Draw.as_view(), name="draw"),
    path("map/grids/<uuid:pk>/", reading.grid, name="grid"),
    path("map/grids/<uuid:pk>/border/", changing.Redraw.as_view(), name="border"),
    path("map/grids/<uuid:pk>/split/", changing.Split.as_view(), name="split"),
    path("map/grids/<uuid:pk>/merge/", changing.Merge.as_view(), name="merge"),
    path("map/grids/<uuid:pk>/buildings/", changing.MoveBuildings.as_view(), name="move"),
    path("map/changes/<int:pk>/undo/", changing.undo, name="undo"),
]
