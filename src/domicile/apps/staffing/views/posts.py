"""One post: opened, changed, given, ended with hand-over, closed."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.staffing import forms, handing, policies, registry, selectors
from domicile.apps.staffing.actions import holdings, posts
from domicile.apps.staffing.chain import read_chain
from domicile.apps.staffing.models import Holding, Post, Worker
from domicile.apps.staffing.views.chain import shell
from domicile.apps.staffing.words import IN_A_GRID, ROLES, entrance_words
from domicile.apps.tasks import registry as tasks


@require_safe
@requires(policies.VIEW)
def post(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A post: who holds it and who held it, what it answers for, and what was changed."""
    today = timezone.localdate()
    found = selectors.post(request.viewer, pk)
    chain = read_chain(found.place_code[:12], today)
    seat = chain.seats.get(found.pk)
    context = {
        **shell(request, chain.code, chain.name, ""),
        "post": found,
        "role": ROLES[found.role],
        "seat": seat,
        "grid": seat.grid if seat else "",
        "holdings": list(selectors.holders_of(found)),
        "today": today,
        "history": selectors.history(request.viewer, found.pk),
        "below": seat.below if seat else [],
    }
    return render(request, "staffing/post.html", context)


def superiors(community: str, role: str, own: Post | None = None) -> list[tuple[uuid.UUID, str]]:
    """The posts above that can be chosen, in words."""
    rows = selectors.superiors(community, posts.higher(role), timezone.localdate())
    return [(row.pk, f"{ROLES[row.role]} {row.name}") for row in rows if own is None or row.pk != own.pk]


def houses(community: str, first: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Buildings and their entrances by grid, the post's own grid first, each with its households."""
    counts: dict[uuid.UUID, dict[str, int]] = {}
    for (building, entrance), count in registry.households(community).items():
        counts.setdefault(building, {})[entrance] = count
    named = {grid.code: grid.name for grid in registry.grids(community)}
    groups: dict[str, list[tuple[str, str]]] = {}
    for house in registry.houses(community):
        own, lines = counts.get(house.id, {}), groups.setdefault(house.place_code, [])
        lines.append((f"{house.id}|", f"{house.address} ({sum(own.values())})"))
        if len(house.entrances) > 1:
            lines += [
                (f"{house.id}|{door}", f"　{house.address} {entrance_words(door)} ({own.get(door, 0)})")
                for door in house.entrances
                if door
            ]
    order = sorted(groups, key=lambda code: (code != first, code))
    return [(named.get(code, _("In no grid")), groups[code]) for code in order]


class _Community(ActionView):
    """A form about something of a community: it stands on the shell of the chain."""

    permissions = (policies.MANAGE,)


class AddPost(_Community):
    submit_label, saved = gettext_lazy("Open the post"), gettext_lazy("The post is open. Now give it to somebody.")
    form_class = forms.PostForm
    heading = gettext_lazy("New post")

    def subject(self, viewer: Viewer, **kwargs: Any) -> tuple[str, str]:
        policies.check_manage(viewer, kwargs["community"])
        if kwargs["role"] not in ROLES:
            raise NotAllowed("role")
        return kwargs["community"], kwargs["role"]

    def context(self, viewer: Viewer, subject: tuple[str, str]) -> dict[str, Any]:
        names = registry.names([subject[0]])
        return {"heading": _("New post: {role}").format(role=ROLES[subject[1]]), "lead": names[subject[0]]}

    def form_arguments(self, viewer: Viewer, subject: tuple[str, str]) -> dict[str, Any]:
        community, role = subject
        asked, in_grid = self.request.GET, role in IN_A_GRID
        above = superiors(community, role)
        place = asked.get("place", "")
        return {
            "places": [(grid.code, f"{grid.name} {grid.code}") for grid in registry.grids(community)]
            if in_grid
            else [],
            "superiors": above,
            "houses": houses(community, place) if role == Post.Role.HEAD else [],
            "initial": {
                "place": place,
                "houses": asked.getlist("house"),
                "above": nearest(community, role, place, above),
                "name": registry.names([place])[place] if place and role == Post.Role.INFORMANT else "",
            },
        }

    def act(self, viewer: Viewer, subject: tuple[str, str], values: dict[str, Any]) -> Post:
        new = posts.NewPost(
            role=subject[1], place=values["place"] or subject[0], name=values["name"], above_id=values["above"],
            shared=values["shared"], houses=values["houses"],
        )  # fmt: skip
        return posts.open_post(actor=viewer, arguments=new, on=values["on"])

    def back(self, subject: tuple[str, str], result: Post | None = None) -> str:
        return reverse("staffing:post", args=[result.pk]) if result else reverse("staffing:chain", args=[subject[0]])


def nearest(community: str, role: str, place: str, above: list[tuple[uuid.UUID, str]]) -> uuid.UUID | None:
    """Whom a new post most likely answers to: the informant of the grid, or the only one of the next role above."""
    rows = selectors.superiors(community, posts.higher(role)[:1], timezone.localdate())
    if place and role == Post.Role.HEAD:
        rows = [row for row in rows if row.place_code == place]
    if len(rows) == 1:
        return rows[0].pk
    return above[0][0] if len(above) == 1 else None


class _PostView(_Community):
    """A form about one post."""

    def subject(self, viewer: Viewer, **kwargs: Any) -> Post:
        found = selectors.post(viewer, kwargs["pk"])
        policies.check_manage(viewer, found.place_code)
        return found

    def context(self, viewer: Viewer, subject: Post) -> dict[str, Any]:
        community = subject.place_code[:12]
        names = registry.names([subject.place_code, community])
        grid = "" if subject.place_code.endswith("000") else names[subject.place_code]
        parts = (f"{ROLES[subject.role]} {subject.name}", grid, names[community])
        return {"lead": " · ".join(part for part in parts if part)}

    def back(self, subject: Post, result: Any = None) -> str:
        return reverse("staffing:post", args=[subject.pk])


class EditPost(_PostView):
    heading, submit_label = gettext_lazy("Change the post"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Saved."), forms.EditPostForm

    def form_arguments(self, viewer: Viewer, subject: Post) -> dict[str, Any]:
        community, head = subject.place_code[:12], subject.role == Post.Role.HEAD
        held = [f"{row.building_id}|{row.entrance}" for row in subject.houses.all()] if head else []
        return {
            "superiors": superiors(community, subject.role, subject),
            "houses": houses(community, subject.place_code) if head else [],
            "initial": {"name": subject.name, "above": subject.above_id, "houses": held},
        }

    def act(self, viewer: Viewer, subject: Post, values: dict[str, Any]) -> Post:
        return posts.edit_post(
            actor=viewer, post_id=subject.pk, name=values["name"], above_id=values["above"], houses=values["houses"],
            today=timezone.localdate(),
        )  # fmt: skip


class GivePost(_PostView):
    heading, submit_label = gettext_lazy("Give the post"), gettext_lazy("Give the post")
    saved, form_class = gettext_lazy("The post is given."), forms.GiveForm
    template_name = "staffing/give.html"

    def form_arguments(self, viewer: Viewer, subject: Post) -> dict[str, Any]:
        asked = self.request.GET.get("worker", "")
        return {"workers": named(selectors.candidates(subject, timezone.localdate())), "initial": {"worker": asked}}

    def context(self, viewer: Viewer, subject: Post) -> dict[str, Any]:
        adding = reverse("staffing:add_worker", args=[subject.place_code[:12]])
        return {**super().context(viewer, subject), "add_url": f"{adding}?post={subject.pk}"}

    def act(self, viewer: Viewer, subject: Post, values: dict[str, Any]) -> Holding:
        return holdings.give_post(actor=viewer, post_id=subject.pk, worker_id=values["worker"], start=values["start"])


class ClosePost(_PostView):
    heading, submit_label = gettext_lazy("Close the post"), gettext_lazy("Close the post")
    saved, form_class = gettext_lazy("The post is closed."), forms.OnForm

    def act(self, viewer: Viewer, subject: Post, values: dict[str, Any]) -> Post:
        return posts.close_post(actor=viewer, post_id=subject.pk, on=values["on"])


def named(workers: list[Worker]) -> list[tuple[uuid.UUID, str]]:
    """Workers to choose from: name, and the last digits of the number."""
    return [(row.pk, f"{row.name} {row.number}") for row in workers]


class _HoldingView(_Community):
    """A form about who holds a post."""

    def subject(self, viewer: Viewer, **kwargs: Any) -> Holding:
        found = selectors.holding(viewer, kwargs["pk"])
        policies.check_manage(viewer, found.post.place_code)
        return found

    def context(self, viewer: Viewer, subject: Holding) -> dict[str, Any]:
        return {"lead": f"{subject.worker.name} · {ROLES[subject.post.role]} {subject.post.name}"}

    def back(self, subject: Holding, result: Any = None) -> str:
        return reverse("staffing:post", args=[subject.post_id])


class EndHolding(_HoldingView):
    permissions = (tasks.MANAGE,)  # with it goes the open work; that one keeps the chain is asked of the post

    heading, submit_label = gettext_lazy("End the post and hand over"), gettext_lazy("End and hand over")
    form_class = forms.EndForm

    def form_arguments(self, viewer: Viewer, subject: Holding) -> dict[str, Any]:
        others = [
            row for row in selectors.candidates(subject.post, timezone.localdate()) if row.pk != subject.worker_id
        ]
        return {"workers": named(others), "initial": {"end": subject.worker.until or timezone.localdate()}}

    def act(self, viewer: Viewer, subject: Holding, values: dict[str, Any]) -> handing.Handed:
        handed = holdings.end_holding(
            actor=viewer, holding_id=subject.pk, end=values["end"], successor_id=values["successor"],
            reason=values["reason"],
        )  # fmt: skip
        messages.success(self.request, told(handed))
        return handed


class SignLetter(_HoldingView):
    heading, submit_label = gettext_lazy("Duty letter signed"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Saved."), forms.SignedForm

    def form_arguments(self, viewer: Viewer, subject: Holding) -> dict[str, Any]:
        return {"initial": {"on": subject.letter_signed_on or timezone.localdate()}}

    def act(self, viewer: Viewer, subject: Holding, values: dict[str, Any]) -> Holding:
        return holdings.sign_letter(actor=viewer, holding_id=subject.pk, on=values["on"])


def told(handed: handing.Handed) -> str:
    """What became of the open work, in a sentence."""
    if not handed.count:
        return _("The post has ended. There was no open task to hand over.")
    tasks = ngettext("{count} open task", "{count} open tasks", handed.count).format(count=handed.count)
    if handed.heir is None:
        return _("The post has ended. {tasks} went to whoever works the area.").format(tasks=tasks)
    return _("The post has ended. {tasks} went to {name}.").format(tasks=tasks, name=handed.heir.name)
