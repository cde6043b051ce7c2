"""Words of fieldwork and of forms that came in, in the order in which they are offered."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.fieldwork.models import Call

OUTCOMES = {
    Call.Outcome.ANSWERED.value: _("has answered"),
    Call.Outcome.PROXY.value: _("somebody else answered for them"),
    Call.Outcome.NOT_HOME.value: _("not at home"),
    Call.Outcome.LATER.value: _("asked to come another time"),
    Call.Outcome.REFUSED.value: _("refused this visit"),
    Call.Outcome.GONE.value: _("does not live here any more"),
}
PARTS = {"morning": _("in the morning"), "afternoon": _("in the afternoon"), "evening": _("in the evening")}
ROADS = {
    Answer.Road.COLLECT.value: _("asked at the door"),
    Answer.Road.WEB.value: _("sent by the household"),
    Answer.Road.PAPER.value: _("on paper"),
}
FORMS = {
    Answer.Form.SHORT.value: _("short form"),
    Answer.Form.LONG.value: _("long form"),
    Answer.Form.DEATHS.value: _("deaths of the last 12 months"),
    Answer.Form.FOREIGN.value: _("residents of Hong Kong, Macao, Taiwan and foreigners"),
}
STATES = {Answer.State.COUNTS.value: _("counts"), Answer.State.KEPT.value: _("kept beside")}
#: Why an answer counts or is kept (answers/precedence.py).
WHYS = {
    "first": _("it was the first"),
    "people": _("a form with persons goes before an empty one"),
    "form": _("the form that was asked for goes before the other"),
    "own": _("the household's own words go before those of others"),
    "road": _("asked at the door goes before sent, sent before on paper"),
    "later": _("the later form goes before the earlier one"),
    "same": _("it says the same"),
    "supervisor": _("a supervisor decided"),
    "ended": _("the household had been taken off the list"),
    "outside": _("whoever collected it does not work in this area"),
    "changed": _("it came under the number of another form"),
}
