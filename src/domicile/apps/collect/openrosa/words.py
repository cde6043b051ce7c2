"""States and problems of what phones sent, in words."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.openrosa.models import Attachment, Result, Submission

STATES = {
    Submission.State.RECEIVED: _("waits to be processed"),
    Submission.State.PROCESSED: _("processed"),
    Submission.State.ASIDE: _("kept aside"),
}
OUTCOMES = {
    Result.Outcome.PROPOSED: _("proposed"),
    Result.Outcome.DONE: _("done"),
    Result.Outcome.REFUSED: _("not taken"),
}
FILES = {
    Attachment.State.RECEIVED: _("waits to be processed"),
    Attachment.State.KEPT: _("kept without metadata"),
    Attachment.State.ASIDE: _("kept aside"),
}
PROBLEMS = {
    "unknown_form": _("The form is no longer known here. Ask whoever runs this server."),
    "answers_xml": _("The answers cannot be read. Ask the worker to collect again."),
    "answers_unsafe": _("The answers hold what no form of ours writes. Ask the worker to collect again."),
    "answers_size": _("The form has far more answers than one visit can have. Ask the worker what happened."),
    "answers_form": _("The answers do not say to which form they belong."),
    "answers_instance": _("The answers have no id of their own."),
    "answers_date": _("A date in it is no date. Ask the worker to collect again."),
    "answers_id": _(
        "It names a dwelling or a person in a way that no list of ours has. Ask the worker to collect again."
    ),
    "file": _("The file that was kept is missing or damaged. Restore it from the backup, then process it again."),
    "error": _("It could not be processed. Tell whoever runs this server, then process it again."),
    "edited": _("It corrects a form of which something was decided already. Compare both."),
    "refused": _("A part of it could not be taken: see below why, and enter that part by hand if it is right."),
    "photo_kind": _("This is no photo, whatever its name says. It was not opened."),
    "photo_size": _("This photo is too large to be opened."),
}
