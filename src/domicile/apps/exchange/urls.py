"""Addresses of the import wizard."""

from django.urls import path

from domicile.apps.exchange import views

app_name = "exchange"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.upload, name="upload"),
    path("imports/<uuid:pk>/", views.batch, name="batch"),
    path("imports/<uuid:pk>/errors.xlsx", views.error_workbook, name="error_workbook"),
    path("imports/<uuid:pk>/commit/", views.commit, name="commit"),
    path("imports/<uuid:pk>/progress/", views.progress, name="progress"),
    path("imports/<uuid:pk>/undo/", views.undo, name="undo"),
    path("imports/<uuid:pk>/discard/", views.discard, name="discard"),
]
