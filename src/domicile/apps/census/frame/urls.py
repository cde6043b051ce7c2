"""Addresses of the frame."""

from django.urls import path

from domicile.apps.census.frame import plan_views, views
from domicile.apps.census.frame.printed import views as printed

urlpatterns = [
    path("census/<slug:code>/frame/", views.frame, name="frame"),
    path("census/<slug:code>/frame/empty.xlsx", views.empty_workbook, name="frame_layout"),
    path("census/<slug:code>/frame/divide/", views.divide_all, name="divide_all"),
    path("census/<slug:code>/frame/files/add/", views.add_file, name="add_frame_file"),
    path("census/<slug:code>/frame/files/<uuid:pk>/", views.file, name="frame_file"),
    path("census/<slug:code>/frame/files/<uuid:pk>/act/", views.act_on_file, name="act_on_frame_file"),
    path("census/<slug:code>/frame/plans/<uuid:pk>/", plan_views.plan, name="division"),
    path("census/<slug:code>/frame/plans/<uuid:pk>/act/", plan_views.act, name="act_on_division"),
    path("census/<slug:code>/frame/<slug:area>/", views.community, name="frame_community"),
    path("census/<slug:code>/frame/<slug:area>/maps.pdf", printed.maps, name="area_maps"),
]
