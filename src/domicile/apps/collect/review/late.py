"""What is told to whoever comes late: who decided, what, when, and what to do."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps.collect.models import Decision, Proposal

Verdict = Decision.Verdict
WORDS = {
    Verdict.PASSED: gettext_lazy("passed on to the next level"),
    Verdict.ACCEPTED: gettext_lazy("accepted"),
    Verdict.RETURNED: gettext_lazy("returned"),
    Verdict.SENT_AGAIN: gettext_lazy("sent again"),
    Verdict.WITHDRAWN: gettext_lazy("withdrawn"),
    Verdict.UNDONE: gettext_lazy("acceptance undone"),
    Verdict.TAKEN_BACK: gettext_lazy("own decision taken back"),
}


def told_late(proposal: Proposal) -> Any:
    """The last word on a proposal, in a sentence."""
    last = Decision.objects.filter(proposal=proposal).order_by("-version").first()
    if last is None:
        return _("Somebody has decided this proposal already.")
    return _(
        "%(who)s was faster: %(what)s on %(when)s. Nothing was written twice; what stands here now is the newest version."
    ) % {
        "who": last.by_name,
        "what": WORDS[Verdict(last.verdict)],
        "when": timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M"),
    }
