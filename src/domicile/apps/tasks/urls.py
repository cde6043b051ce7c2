"""Addresses of tasks."""

from django.urls import path

from domicile.apps.tasks.views import doing, managing, rules

app_name = "tasks"
urlpatterns = [
    path("tasks/", doing.today, name="today"),
    path("tasks/all/", doing.all_open, name="open"),
    path("tasks/closed/", doing.closed, name="closed"),
    path("tasks/rules/", rules.rules, name="rules"),
    path("tasks/rules/run/", rules.run, name="run"),
    path("tasks/rules/calendar/", rules.load_calendar, name="load_calendar"),
    path("tasks/add/<str:kind>/<uuid:pk>/", managing.add, name="add"),
    path("tasks/<uuid:pk>/outcome/", doing.outcome, name="outcome"),
    path("tasks/<uuid:pk>/undo/", doing.undo, name="undo"),
    path("tasks/<uuid:pk>/notice/", doing.notice, name="notice"),
    path("tasks/<uuid:pk>/cancel/", managing.Cancel.as_view(), name="cancel"),
    path("tasks/<uuid:pk>/give/", managing.Give.as_view(), name="give"),
]
