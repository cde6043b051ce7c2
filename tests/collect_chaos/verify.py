"""What has to be true afterwards: every form is there once, and every count agrees with every other."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from domicile.apps.audit.models import Change
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.collect.openrosa import storing
from domicile.apps.collect.openrosa.models import Attachment, Result, Submission
from domicile.apps.fieldwork.models import Visit
from domicile.apps.people.models import Household, Member, Person
from tests.collect_chaos.county import PEOPLE, Form
from tests.collect_chaos.instance import ROOT
from tests.collect_chaos.working import Progress


def counted(forms: Sequence[Form]) -> Iterator[tuple[str, int, int]]:
    """(what, how many there are, how many there have to be)"""
    once = len(forms)
    accepted = Proposal.objects.filter(state=Proposal.State.ACCEPTED).count()
    returned = Proposal.objects.filter(state=Proposal.State.RETURNED).count()
    photos = sum(1 for form in forms if form.photo)
    lies = sum(form.lies for form in forms)
    yield "forms kept", Submission.objects.count(), once
    yield "forms of those sent", Submission.objects.filter(pk__in=[form.key for form in forms]).count(), once
    yield "forms processed", Submission.objects.filter(state=Submission.State.PROCESSED, problem="").count(), once
    yield "photos kept", Attachment.objects.filter(state=Attachment.State.KEPT).count(), photos - lies
    yield (
        "photos kept aside",
        Attachment.objects.filter(state=Attachment.State.ASIDE, problem="photo_kind").count(),
        lies,
    )
    yield "visits", Visit.objects.count(), once
    yield "visits of one form each", Visit.objects.values("submission_id").distinct().count(), once
    yield "records of visits", Change.objects.filter(action="fieldwork.record_visit").count(), once
    yield "proposals", Proposal.objects.count(), once
    yield "records of proposals", Change.objects.filter(action="collect.propose").count(), once
    yield (
        "results that are proposals",
        Result.objects.exclude(proposal=None).values("proposal_id").distinct().count(),
        once,
    )
    yield "results", Result.objects.count(), 2 * once
    yield "decisions", Decision.objects.count(), accepted + returned
    yield "records of acceptances", Change.objects.filter(action="collect.accepted").count(), accepted
    yield "records of returns", Change.objects.filter(action="collect.returned").count(), returned
    yield "records of households", Change.objects.filter(action="moves.ask").count(), accepted
    yield "households", Household.objects.count(), accepted
    yield "persons", Person.objects.count(), PEOPLE * accepted
    yield "members", Member.objects.count(), PEOPLE * accepted
    sealed = [path for path in Path(settings.HOME, "submissions").rglob("*.sealed") if not path.name.startswith(".")]
    yield "files of forms and photos", len(sealed), once + 2 * photos - lies


def faults(forms: Sequence[Form], progress: Progress) -> list[str]:
    """Everything that is not as it has to be."""
    found = [f"{what}: {there} instead of {due}" for what, there, due in counted(forms) if there != due]
    found += progress.faults
    found += _decisions(progress)
    for form in forms:
        row = Submission.objects.filter(pk=form.key).first()
        if row is not None and storing.content_of(row) != form.xml:
            found.append(f"{form.instance} is not as it was sent")
    for command in (["check", "collect"], ["audit", "verify"]):
        done = subprocess.run(
            [sys.executable, "-m", "domicile.cli", *command], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            found.append(f"domicile {' '.join(command)}: {done.stdout.strip()[-500:]} {done.stderr.strip()[-500:]}")
    return found


def _decisions(progress: Progress) -> Iterator[str]:
    """Each officer who was told that it is decided was the one who decided it."""
    told = Counter(proposal for proposal, _name, _verdict in progress.decided)
    yield from (f"{proposal} was decided {count} times" for proposal, count in told.items() if count > 1)
    made = {row.proposal_id: row for row in Decision.objects.all()}
    for proposal, name, verdict in progress.decided:
        row = made.get(proposal)
        if row is None or row.by_name != name or row.verdict != {"accept": "accepted", "return": "returned"}[verdict]:
            yield f"{name} was told that {proposal} is decided, and it is not so"
