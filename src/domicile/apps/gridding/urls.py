"""Addresses of the proposals of grids."""

from django.urls import path

from domicile.apps.gridding import plan_views, views

app_name = "gridding"
urlpatterns = [
    path("grids/proposals/", views.communities, name="communities"),
    path("grids/proposals/plans/<uuid:pk>/", plan_views.plan, name="plan"),
    path("grids/proposals/plans/<uuid:pk>/act/", plan_views.act, name="act"),
    path("grids/proposals/plans/<uuid:pk>/adopt/", plan_views.Adopt.as_view(), name="adopt"),
    path("grids/proposals/<str:code>/", views.community, name="community"),
]
