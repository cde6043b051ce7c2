"""Addresses of fieldwork."""

from django.urls import path

from domicile.apps.census.fieldwork.views import areas, households

urlpatterns = [
    path("census/<slug:code>/progress/", areas.progress, name="progress"),
    path("census/<slug:code>/progress/map/", areas.progress_map, name="progress_map"),
    path("census/<slug:code>/progress/days/", areas.daily, name="daily"),
    path("census/<slug:code>/progress/call-backs/", areas.call_backs, name="call_backs"),
    path("census/<slug:code>/progress/twice/", areas.doubled, name="doubled"),
    path("census/<slug:code>/progress/again/", areas.reinterviews, name="reinterviews"),
    path("census/<slug:code>/progress/<str:place>/", areas.area, name="progress_area"),
    path("census/<slug:code>/progress/<str:place>/again/", areas.DrawReinterviews.as_view(), name="draw_reinterviews"),
    path("households/<uuid:pk>/", households.household, name="household"),
    path("households/<uuid:pk>/call/", households.NoteCall.as_view(), name="note_call"),
    path("households/<uuid:pk>/leave/", households.leave, name="leave_answers"),
    path("forms/<uuid:pk>/", households.answer, name="answer"),
    path("forms/<uuid:pk>/count/", households.let_count, name="let_count"),
    path("forms/<uuid:pk>/apart/", households.Apart.as_view(), name="answer_apart"),
    path("again/<uuid:pk>/", households.NoteReinterview.as_view(), name="note_reinterview"),
]
