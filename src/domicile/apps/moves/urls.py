"""Addresses of moves. No name and no number stands in an address."""

from django.urls import path

from domicile.apps.moves.flows import Inflow, Outflow
from domicile.apps.moves.handing import views as handing
from domicile.apps.moves.handing.lists import Unplaced
from domicile.apps.moves.ledgers import Arriving, Leaving
from domicile.apps.moves.lists import Differing, Returning, Waiting
from domicile.apps.moves.meant import views as meant
from domicile.apps.moves.mover.views import public, staff
from domicile.apps.moves.population import views as population
from domicile.apps.moves.reports import views as reconciliation
from domicile.apps.moves.requests import views as requests
from domicile.apps.moves.views import arriving, moves, printing

app_name = "moves"
urlpatterns = [
    path("m/", public.page, name="mover"),
    path("moves/words/", staff.waiting, name="words"),
    path("moves/words/slip/", staff.slip, name="mover_slip"),
    path("moves/words/<uuid:pk>/follow/", staff.follow, name="word_follow"),
    path("moves/words/<uuid:pk>/set-aside/", staff.set_aside, name="word_aside"),
    path("moves/<uuid:pk>/print/", printing.card, name="print"),
    path("moves/<uuid:pk>/code/", staff.give_for_move, name="give_code"),
    path("people/<uuid:pk>/mover-code/", staff.give_for_person, name="give_person_code"),
    path("moves/", Leaving.as_view(), name="leaving"),
    path("moves/arriving/", Arriving.as_view(), name="arriving"),
    path("moves/unplaced/", Unplaced.as_view(), name="unplaced"),
    path("moves/hand-on/", handing.hand_on, name="hand_on"),
    path("moves/<uuid:pk>/community/", handing.of_move, name="choose_community"),
    path("moves/questions/", meant.listed, name="questions"),
    path("moves/questions/<uuid:pk>/", meant.question, name="question"),
    path("moves/waiting/", Waiting.as_view(), name="waiting"),
    path("moves/differing/", Differing.as_view(), name="differing"),
    path("moves/returning/", Returning.as_view(), name="returning"),
    path("moves/reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    path("moves/reconciliation/<slug:kind>/", reconciliation.download, name="reconciliation_file"),
    path("moves/inflow/", Inflow.as_view(), name="inflow"),
    path("moves/outflow/", Outflow.as_view(), name="outflow"),
    path("moves/population/", population.page, name="population"),
    path("moves/requests/", requests.listed, name="outside_requests"),
    path("moves/requests/new/", requests.new, name="outside_request_new"),
    path("moves/requests/<uuid:pk>/", requests.one, name="outside_request"),
    path("moves/requests/<uuid:pk>/answer/", requests.answer, name="outside_request_answer"),
    path("moves/<uuid:pk>/", moves.move, name="move"),
    path("moves/<uuid:pk>/arrive/", arriving.arrive, name="arrive"),
    path("moves/<uuid:pk>/confirm/", moves.Confirm.as_view(), name="confirm"),
    path("moves/<uuid:pk>/answer/", moves.Answer.as_view(), name="answer"),
    path("moves/<uuid:pk>/accept/", moves.Accept.as_view(), name="accept"),
    path("moves/<uuid:pk>/not-yet/", moves.NotYet.as_view(), name="not_yet"),
    path("moves/<uuid:pk>/object/", moves.ObjectTo.as_view(), name="object"),
    path("moves/<uuid:pk>/return/", moves.Return.as_view(), name="return"),
    path("moves/<uuid:pk>/destination/", moves.ChangeDestination.as_view(), name="change_destination"),
    path("moves/<uuid:pk>/depart/", moves.Depart.as_view(), name="depart"),
    path("moves/<uuid:pk>/cancel/", moves.Cancel.as_view(), name="cancel"),
    path("moves/<uuid:pk>/withdraw/", moves.Withdraw.as_view(), name="withdraw"),
    path("moves/<uuid:pk>/lapse/", moves.Lapse.as_view(), name="lapse"),
    path("moves/<uuid:pk>/correct/", moves.Correct.as_view(), name="correct"),
    path("moves/<uuid:pk>/correct-where/", moves.CorrectWhere.as_view(), name="correct_where"),
    path("people/<uuid:pk>/moves-away/", moves.Declare.as_view(), name="declare"),
    path("dwellings/<uuid:pk>/arrival/", arriving.arrival, name="arrival"),
]
