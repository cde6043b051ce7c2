"""Training: courses of a community, the own test, and the badge that follows."""

import secrets
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.staffing import badges, bank, forms, policies, registry, selectors
from domicile.apps.staffing.actions import correcting, training
from domicile.apps.staffing.models import Course, Sitting, Worker
from domicile.apps.staffing.views.chain import shell
from domicile.apps.staffing.views.posts import named
from domicile.apps.staffing.words import chinese
from domicile.core.policy.parameters import parameter

SEED = "staffing_test"
MOST_SEED = 2**31 - 1


@require_safe
@requires(policies.VIEW)
def courses(request: ViewerRequest, community: str) -> HttpResponse:
    """Courses of a community, and who holds which badge."""
    today = timezone.localdate()
    policies.check_view(request.viewer, community)
    rows = selectors.courses(community).annotate(count=Count("attendance"))
    context = {
        **shell(request, community, registry.names([community])[community], "courses"),
        "rows": [(row, badges.label(row.subject, today)) for row in rows],
        "subjects": [badges.label(subject, today) for subject in badges.subjects(today)],
        "bearers": badges.bearers(community, today),
    }
    return render(request, "staffing/courses.html", context)


@require_safe
@requires(policies.VIEW)
def course(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A course and who took part; test and badge of each."""
    today = timezone.localdate()
    found = selectors.course(request.viewer, pk)
    code = found.place_code[:12]
    context = {
        **shell(request, code, registry.names([code])[code], ""),
        "course": found,
        "subject": badges.label(found.subject, today),
        "rows": [(row, badges.holds(row, found.subject, today)) for row in found.attended.order_by("number")],
        "history": selectors.history(request.viewer, found.pk),
    }
    return render(request, "staffing/course.html", context)


class HoldCourse(ActionView):
    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("A course that was held"), gettext_lazy("Keep the course")
    saved, form_class = gettext_lazy("Kept. Those who took part can now take the test."), forms.CourseForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> str:
        policies.check_manage(viewer, kwargs["community"])
        return str(kwargs["community"])

    def context(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        return {"lead": registry.names([subject])[subject]}

    def form_arguments(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "workers": named(list(selectors.workers(subject, today))),
            "subjects": [(key, badges.label(key, today)) for key in badges.subjects(today)],
        }

    def act(self, viewer: Viewer, subject: str, values: dict[str, Any]) -> Course:
        return training.hold_course(actor=viewer, place_code=subject, today=timezone.localdate(), **values)

    def back(self, subject: str, result: Course | None = None) -> str:
        return reverse("staffing:course", args=[result.pk]) if result else reverse("staffing:courses", args=[subject])


class CorrectCourse(ActionView):
    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("Correct a course"), gettext_lazy("Keep the correction")
    saved = gettext_lazy("Corrected. What stood before is in the history; badges that followed from it stay.")
    form_class = forms.CourseForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Course:
        found = selectors.course(viewer, kwargs["pk"])
        policies.check_manage(viewer, found.place_code)
        return found

    def context(self, viewer: Viewer, subject: Course) -> dict[str, Any]:
        return {"lead": f"{subject.title} · {subject.held_on.isoformat()}"}

    def form_arguments(self, viewer: Viewer, subject: Course) -> dict[str, Any]:
        today = timezone.localdate()
        there = list(subject.attended.order_by("number"))
        workers = list(selectors.workers(subject.place_code[:12], today))
        initial = {
            "subject": subject.subject, "title": subject.title, "held_on": subject.held_on,
            "present": [worker.pk for worker in there],
        }  # fmt: skip
        return {
            "workers": named(list(dict.fromkeys([*workers, *there]))),
            "subjects": [(key, badges.label(key, today)) for key in badges.subjects(today)],
            "initial": initial,
        }

    def act(self, viewer: Viewer, subject: Course, values: dict[str, Any]) -> Course:
        today = timezone.localdate()
        return correcting.correct_course(actor=viewer, course_id=subject.pk, today=today, **values)

    def back(self, subject: Course, result: Any = None) -> str:
        return reverse("staffing:course", args=[subject.pk])


def _self(viewer: Viewer) -> Worker:
    found = selectors.own_worker(viewer)
    if found is None:
        raise NotAllowed("training is for those who have a worker number")
    return found


@require_safe
def own(request: ViewerRequest) -> HttpResponse:
    """One's own badges, and which tests can be taken today."""
    today = timezone.localdate()
    worker = selectors.own_worker(request.viewer)
    if request.viewer.user_id is None:
        raise NotAllowed("training")
    held = {line.badge.subject: line for line in badges.lines(worker, today)} if worker else {}
    lines = [
        {"subject": key, "label": badges.label(key, today), "badge": held.get(key), "against": training.why_not(worker, key, today)}
        for key in (badges.subjects(today) if worker else ())
        if worker
    ]  # fmt: skip
    return render(request, "staffing/own_training.html", {"worker": worker, "lines": lines})


class Test(ActionView):
    """A test of one's own: the questions stay the same until it is sent."""

    submit_label, form_class = gettext_lazy("Send the answers"), forms.TestForm
    template_name = "staffing/test.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Whoever has a worker number; no permission of a role is needed."""
        self.viewer = request.viewer
        self.found = self.subject(self.viewer, **kwargs)
        return View.dispatch(self, request, *args, **kwargs)

    def subject(self, viewer: Viewer, **kwargs: Any) -> str:
        _self(viewer)
        if kwargs["subject"] not in badges.subjects(timezone.localdate()):
            raise NotAllowed("test")
        return str(kwargs["subject"])

    def context(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        today = timezone.localdate()
        label = badges.label(subject, today)
        needed, asked = parameter("staffing.test_pass", today), parameter("staffing.test_questions", today)
        return {
            "heading": _("Test: {subject}").format(subject=label),
            "lead": _("{asked} questions; {needed} right answers are needed.").format(asked=asked, needed=needed),
            "against": training.why_not(_self(viewer), subject, today),
        }

    def form_arguments(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        return {"questions": self._questions(subject)}

    def _questions(self, subject: str) -> list[bank.Question]:
        kept = self.request.session.get(SEED) or {}
        if kept.get("subject") != subject:
            kept = {"subject": subject, "seed": secrets.randbelow(MOST_SEED)}
            self.request.session[SEED] = kept
        self.seed: int = kept["seed"]
        count = parameter("staffing.test_questions", timezone.localdate())
        return bank.draw(subject, seed=self.seed, count=count, language="zh" if chinese() else "en")

    def act(self, viewer: Viewer, subject: str, values: dict[str, Any]) -> Sitting:
        sitting = training.sit_test(
            actor=viewer,
            subject=subject,
            seed=self.seed,
            given=values["given"],
            language="zh",
            today=timezone.localdate(),
        )
        del self.request.session[SEED]
        tell = messages.success if sitting.passed else messages.warning
        tell(self.request, result_of(sitting))
        return sitting

    def back(self, subject: str, result: Any = None) -> str:
        return reverse("staffing:own_training")


def result_of(sitting: Sitting) -> str:
    """How the test came out, in a sentence."""
    figures = {"correct": sitting.correct, "asked": sitting.asked}
    if sitting.passed:
        return _("Passed: {correct} of {asked} right. The badge is yours.").format(**figures)
    return _("Not passed: {correct} of {asked} right. Look at the course again and try another day.").format(**figures)
