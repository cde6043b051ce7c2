"""Addresses of areas and grids."""

from django.urls import path

from domicile.apps.areas.views import changing, reading

app_name = "areas"
urlpatterns = [
    path("areas/", reading.areas, name="areas"),
    path("areas/add/", changing.AddArea.as_view(), name="add_area"),
    path("areas/<uuid:pk>/", reading.AreaCard.as_view(), name="area"),
    path("areas/<uuid:pk>/edit/", changing.EditArea.as_view(), name="edit_area"),
    path("areas/<uuid:pk>/end/", changing.RetireArea.as_view(), name="retire_area"),
    path("areas/<uuid:pk>/rename/", changing.RenameArea.as_view(), name="rename_area"),
    path("areas/<uuid:pk>/recode/", changing.RecodeArea.as_view(), name="recode_area"),
    path("areas/<uuid:pk>/merge/", changing.MergeArea.as_view(), name="merge_area"),
    path("areas/<uuid:pk>/split/", changing.SplitArea.as_view(), name="split_area"),
    path("areas/changes/<int:pk>/undo/", changing.UndoAreaChange.as_view(), name="undo_change"),
    path("grids/", reading.Grids.as_view(), name="grids"),
    path("grids/add/", changing.AddGrid.as_view(), name="add_grid"),
    path("grids/<uuid:pk>/", reading.GridCard.as_view(), name="grid"),
    path("grids/<uuid:pk>/edit/", changing.EditGrid.as_view(), name="edit_grid"),
    path("grids/<uuid:pk>/end/", changing.RetireGrid.as_view(), name="retire_grid"),
]
