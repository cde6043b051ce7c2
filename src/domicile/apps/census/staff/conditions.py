"""What somebody must have done before an area is theirs: recruited, signed, trained and tested (CE-3)."""

import datetime as dt

from django.utils.translation import gettext as _

from domicile.apps.accounts.models import User
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.words import POSTS, ROLES, SUBJECT
from domicile.apps.staffing import badges
from domicile.apps.staffing.models import Post, Worker


def why_not(worker: Worker, post: Post, day: dt.date) -> str:
    """Why a worker cannot be given a post on a day; '' for posts of other roles, and where nothing stands against it."""
    if post.role not in POSTS.values():
        return ""
    rows = [row for row in Recruit.objects.filter(worker=worker) if row.left_on is None or day < row.left_on]
    if not rows:
        return _("{name} is not recruited for a census.").format(name=worker.name)
    if not any(signed(row, day) for row in rows):
        return _("{name} has not signed the undertaking of confidentiality. Nobody is given an area before.").format(
            name=worker.name
        )
    if not badges.holds(worker, SUBJECT, day):
        return _("{name} has not passed the test yet. Course and test come first.").format(name=worker.name)
    return ""


def why_no_role(user: User, role: str, day: dt.date) -> str:
    """Why an account cannot have a role; '' for roles of other duties, and for who is recruited and has signed.

    However an administrator gives the role: by what follows from posts or on the page of an account.
    """
    if role not in ROLES.values():
        return ""
    rows = Recruit.objects.filter(worker__user_id=user.pk)
    if any(signed(row, day) and (row.left_on is None or day < row.left_on) for row in rows):
        return ""
    return _("Nobody with this account has signed the undertaking of confidentiality. Recruit them and note it first.")


def signed(row: Recruit, day: dt.date) -> bool:
    """Whether the undertaking stands on that day."""
    return row.undertaking_signed_on is not None and row.undertaking_signed_on <= day
