"""Addresses of the quick count."""

from django.urls import path

from domicile.apps.census.quickcount import views

urlpatterns = [
    path("census/<slug:code>/quick-count/", views.quick_count, name="quick_count"),
    path("census/<slug:code>/quick-count/ask/", views.ask, name="ask_quick_count"),
    path("census/<slug:code>/quick-count/figures.csv", views.download, name="quick_figures"),
    path("census/<slug:code>/quick-count/totals/", views.BringTotals.as_view(), name="bring_totals"),
]
