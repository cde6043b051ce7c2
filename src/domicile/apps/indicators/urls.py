"""Addresses of the indicators. No name and no number stands in an address."""

from django.urls import path

from domicile.apps.indicators.views import figures, published

app_name = "indicators"
urlpatterns = [
    path("indicators/", figures.overview, name="overview"),
    path("indicators/reckon/", figures.reckon_now, name="reckon_now"),
    path("indicators/published/", published.listed, name="published"),
    path("indicators/published/add/", published.Add.as_view(), name="add"),
    path("indicators/published/<uuid:pk>/remove/", published.Remove.as_view(), name="remove"),
    path("indicators/<slug:key>/", figures.indicator, name="indicator"),
    path("indicators/file/<str:kind>/", figures.download, name="file"),
]
