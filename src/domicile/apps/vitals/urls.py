"""Addresses of vital events. No name and no number stands in an address."""

from django.urls import path

from domicile.apps.vitals.ledger import Asked, AskedOutside, VitalLedger
from domicile.apps.vitals.views import events, outside, registering

app_name = "vitals"
urlpatterns = [
    path("vitals/", VitalLedger.as_view(), name="ledger"),
    path("vitals/asked/", Asked.as_view(), name="asked"),
    path("vitals/asked/registers/", AskedOutside.as_view(), name="outside"),
    path("vitals/asked/registers/<uuid:pk>/", outside.AnswerOutside.as_view(), name="answer_outside"),
    path("vitals/<uuid:pk>/", events.event, name="event"),
    path("vitals/<uuid:pk>/correct/", events.Correct.as_view(), name="correct"),
    path("vitals/<uuid:pk>/annul/", events.Annul.as_view(), name="annul"),
    path("vitals/<uuid:pk>/ask/", events.Ask.as_view(), name="ask"),
    path("vitals/papers/<uuid:pk>/", events.ShowPaper.as_view(), name="paper"),
    path("vitals/questions/<uuid:pk>/", events.AnswerQuestion.as_view(), name="answer"),
    path("households/<uuid:pk>/birth/", registering.birth, name="birth"),
    path("people/<uuid:pk>/death/", registering.death, name="death"),
    path("people/<uuid:pk>/marriage/", registering.marriage, name="marriage"),
    path("people/<uuid:pk>/divorce/", registering.divorce, name="divorce"),
    path("people/<uuid:pk>/adoption/", registering.adoption, name="adoption"),
]
