"""One recruit: won, papers, what is held, dropping out."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.plan.models import Census
from domicile.apps.census.shell import shell
from domicile.apps.census.staff import conditions, forms, picture, policies, prints, selectors
from domicile.apps.census.staff.actions import recruits
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.views.staff import AreaView
from domicile.apps.census.staff.words import DUTIES, SUBJECT
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.staffing import badges, registry
from domicile.apps.staffing import selectors as staffing

AREA = 12


def places(viewer: Viewer, community: str) -> list[tuple[str, str]]:
    """A census area and its enumeration areas, to say which of them somebody knows."""
    name = names_of([community]).get(community, community)
    return [(community.ljust(15, "0"), name), *((one.code, one.name) for one in registry.grids(community))]


class RecruitSomebody(AreaView):
    heading, submit_label = gettext_lazy("Recruit"), gettext_lazy("Recruit")
    saved, form_class = gettext_lazy("Recruited. Next: the undertaking, the course, the test."), forms.RecruitForm

    def form_arguments(self, viewer: Viewer, subject: tuple[Census, str]) -> dict[str, Any]:
        census, community = subject
        known = selectors.not_recruited(census.pk, community)
        return {
            "workers": [(row.pk, f"{row.name} {row.number}") for row in known],
            "accounts": staffing.accounts(viewer, community),
            "places": places(viewer, community),
        }

    def act(self, viewer: Viewer, subject: tuple[Census, str], values: dict[str, Any]) -> Recruit:
        new = recruits.NewWorker(values.pop("name"), values.pop("phone"), values.pop("account"))
        return recruits.recruit(
            actor=viewer, census_id=subject[0].pk, community=subject[1], worker=values.pop("worker") or new, **values
        )

    def back(self, subject: tuple[Census, str], result: Recruit | None = None) -> str:
        return reverse("census:recruit", args=[result.pk]) if result else super().back(subject)


@require_safe
@requires(policies.VIEW)
def recruit(request: ViewerRequest, pk: Any) -> HttpResponse:
    """A recruit: papers, training, areas, workload, what was changed."""
    row, today = selectors.recruit(request.viewer, pk), timezone.localdate()
    community = row.worker.place_code[:AREA]
    seen = picture.read(request.viewer, row.census, today, within=community)
    one = seen.members[row.worker_id]
    context = {
        **shell(request, row.census, "census:staff"),
        "one": one,
        "row": row,
        "community": community,
        "community_name": names_of([community]).get(community, community),
        "duty": DUTIES[row.duty],
        "near": names_of([row.near_code, row.near_code[:AREA]]).get(row.near_code, "")
        or names_of([row.near_code[:AREA]]).get(row.near_code[:AREA], row.near_code),
        "badge": next((line for line in badges.lines(row.worker, today) if line.badge.subject == SUBJECT), None),
        "work": selectors.work_done([row.worker.user_id]).get(row.worker.user_id) if row.worker.user_id else None,
        "covered": row.insured_from is not None and row.insured_from <= today < (row.insured_until or today),
        "may_manage": policies.may_manage(request.viewer, row.worker.place_code),
        "may_print_badge": conditions.signed(row, today) and one.tested and not one.gone,
        "history": selectors.history(request.viewer, row.pk),
        "undo_name": "census:undo_staff",
    }
    return render(request, "census/staff/recruit.html", context)


class _RecruitView(ActionView):
    """A form about one recruit."""

    permissions = (policies.MANAGE,)
    submit_label, saved = gettext_lazy("Save"), gettext_lazy("Saved.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> Recruit:
        row = selectors.recruit(viewer, kwargs["pk"])
        policies.check_manage(viewer, row.census, row.worker.place_code)
        return row

    def context(self, viewer: Viewer, subject: Recruit) -> dict[str, Any]:
        return {"lead": f"{subject.worker.name} {subject.worker.number} · {DUTIES[subject.duty]}"}

    def back(self, subject: Recruit, result: Any = None) -> str:
        return reverse("census:recruit", args=[subject.pk])


class CorrectRecruit(_RecruitView):
    heading, form_class = gettext_lazy("Correct the recruit"), forms.CorrectRecruitForm

    def form_arguments(self, viewer: Viewer, subject: Recruit) -> dict[str, Any]:
        initial = {"duty": subject.duty, "reserve": subject.reserve, "near_code": subject.near_code}
        return {"places": places(viewer, subject.worker.place_code[:AREA]), "initial": initial}

    def act(self, viewer: Viewer, subject: Recruit, values: dict[str, Any]) -> Recruit:
        return recruits.correct_recruit(actor=viewer, recruit_id=subject.pk, **values)


class Sign(_RecruitView):
    heading, form_class = gettext_lazy("Undertaking of confidentiality"), forms.SignedForm

    def form_arguments(self, viewer: Viewer, subject: Recruit) -> dict[str, Any]:
        return {"initial": {"on": subject.undertaking_signed_on or timezone.localdate()}}

    def act(self, viewer: Viewer, subject: Recruit, values: dict[str, Any]) -> Recruit:
        return recruits.sign_undertaking(
            actor=viewer, recruit_id=subject.pk, on=values["on"], today=timezone.localdate()
        )


class GiveBadge(_RecruitView):
    heading, form_class = gettext_lazy("Badge handed out"), forms.BadgeForm

    def form_arguments(self, viewer: Viewer, subject: Recruit) -> dict[str, Any]:
        return {"initial": {"on": subject.badge_given_on or timezone.localdate()}}

    def act(self, viewer: Viewer, subject: Recruit, values: dict[str, Any]) -> Recruit:
        return recruits.give_badge(actor=viewer, recruit_id=subject.pk, on=values["on"], today=timezone.localdate())


class Cover(_RecruitView):
    heading, form_class = gettext_lazy("Accident cover"), forms.CoverForm

    def form_arguments(self, viewer: Viewer, subject: Recruit) -> dict[str, Any]:
        return {"initial": {"insurer": subject.insurer, "since": subject.insured_from, "until": subject.insured_until}}

    def act(self, viewer: Viewer, subject: Recruit, values: dict[str, Any]) -> Recruit:
        return recruits.cover(actor=viewer, recruit_id=subject.pk, **values)


def successor(one: picture.Member) -> str:
    """Somebody who could take over, in words."""
    mark = _("reserve") if one.recruit.reserve else ngettext("{count} area", "{count} areas", len(one.areas))
    return f"{one.worker.name} · {mark.format(count=len(one.areas))}"


class DropOut(_RecruitView):
    heading, submit_label = gettext_lazy("Somebody drops out"), gettext_lazy("Note it and hand over")
    saved = gettext_lazy("Noted. The areas and the open work are handed over; what is done stays.")
    form_class = forms.DropOutForm

    def form_arguments(self, viewer: Viewer, subject: Recruit) -> dict[str, Any]:
        seen = picture.read(viewer, subject.census, timezone.localdate(), within=subject.worker.place_code[:AREA])
        rows = selectors.reserves(seen, subject.worker.place_code[:AREA], subject.duty, subject)
        return {"successors": [(one.recruit.pk, successor(one)) for one in rows]}

    def act(self, viewer: Viewer, subject: Recruit, values: dict[str, Any]) -> Any:
        return recruits.drop_out(actor=viewer, recruit_id=subject.pk, on=values["on"], successor_id=values["successor"])


@require_safe
@requires(policies.MANAGE)
def undertaking(request: ViewerRequest, pk: Any) -> HttpResponse:
    """The undertaking of one recruit, to sign."""
    row = selectors.recruit(request.viewer, pk)
    policies.check_manage(request.viewer, row.census, row.worker.place_code)
    data = prints.undertaking_data(request.viewer, row, today=timezone.localdate())
    return printing.respond(prints.LETTER, data, name=f"{data['frame']['title']}-{row.worker.number}")


@require_safe
@requires(policies.MANAGE)
def badge(request: ViewerRequest, pk: Any) -> HttpResponse:
    """The badge of one recruit, to cut out."""
    row = selectors.recruit(request.viewer, pk)
    policies.check_manage(request.viewer, row.census, row.worker.place_code)
    where = request.build_absolute_uri(reverse("census:check_badge"))
    data = prints.badge_data(request.viewer, row, where=where, today=timezone.localdate())
    return printing.respond(prints.CARDS, data, name=f"{data['frame']['title']}-{row.worker.number}")
