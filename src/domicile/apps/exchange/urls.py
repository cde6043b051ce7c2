"""Addresses of the import wizard."""

from django.urls import path

from domicile.apps.exchange import export_views, map_views, views

app_name = "exchange"
urlpatterns = [
    path("exports/", export_views.exports, name="exports"),
    path("exports/census/", export_views.frame, name="frame"),
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.upload, name="upload"),
    path("imports/columns/", map_views.maps, name="maps"),
    path("imports/columns/<uuid:pk>/", map_views.saved_map, name="map"),
    path("imports/columns/<uuid:pk>/delete/", map_views.delete, name="map_delete"),
    path("imports/<uuid:pk>/", views.batch, name="batch"),
    path("imports/<uuid:pk>/errors.xlsx", views.error_workbook, name="error_workbook"),
    path("imports/<uuid:pk>/commit/", views.commit, name="commit"),
    path("imports/<uuid:pk>/progress/", views.progress, name="progress"),
    path("imports/<uuid:pk>/undo/", views.undo, name="undo"),
    path("imports/<uuid:pk>/discard/", views.discard, name="discard"),
]
