"""Whether everything that phones sent is there, and became what it says that it became."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils import timezone

from domicile.apps.collect.openrosa import storing
from domicile.apps.collect.openrosa.models import Attachment, Result, Submission
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding

CHUNK = 2000
#: Whole days after which a form that nobody has processed is told: the worker of background jobs does not run.
LATE_DAYS = 1


def run(scope: str = "") -> Iterator[Finding]:
    """Forms whose bytes are gone, that wait for long, that became nothing, or whose proposal is gone."""
    inside = prefix_q("place_code", scope)
    yield from _files(inside)
    yield from _waiting(inside)
    yield from _without_result(inside)
    yield from _without_proposal(scope)


def _files(inside: Q) -> Iterator[Finding]:
    rows = Submission.objects.filter(inside, erased_at=None).order_by("pk")
    for key, digest, place in rows.values_list("pk", "digest", "place_code").iterator(CHUNK):
        if not storing.path_of(key, digest).exists():
            yield Finding(
                "submission_file_missing", "error", place,
                "手机提交的原始表单文件不见了：请从备份恢复 submissions 文件夹。",
                "The file of a form that a phone sent is gone: restore the folder submissions from a backup.", key.hex,
            )  # fmt: skip
    held = Attachment.objects.filter(submission__in=Submission.objects.filter(inside, erased_at=None))
    photos = held.exclude(state=Attachment.State.ASIDE).order_by("pk")
    for photo in photos.select_related("submission").iterator(CHUNK):
        kind = storing.PHOTO if photo.state == Attachment.State.KEPT else ""
        if not storing.path_of(photo.submission_id, photo.digest, kind).exists():
            yield Finding(
                "photo_missing", "error", photo.submission.place_code,
                "手机提交的照片文件不见了：请从备份恢复 submissions 文件夹。",
                "The file of a photo that a phone sent is gone: restore the folder submissions from a backup.",
                photo.pk.hex,
            )  # fmt: skip


def _waiting(inside: Q) -> Iterator[Finding]:
    since = timezone.now() - dt.timedelta(days=LATE_DAYS)
    rows = Submission.objects.filter(inside, state=Submission.State.RECEIVED, received_at__lt=since).order_by("pk")
    for key, place in rows.values_list("pk", "place_code"):
        yield Finding(
            "submission_waits", "warning", place, "手机提交的表单一天多还没有处理：请查看后台任务是否在运行。",
            "A form from a phone has waited for more than a day: see whether the worker of background jobs runs.", key.hex,
        )  # fmt: skip


def _without_result(inside: Q) -> Iterator[Finding]:
    rows = Submission.objects.filter(inside, state=Submission.State.PROCESSED)
    for key, place in (
        rows.annotate(became=Count("results")).filter(became=0).order_by("pk").values_list("pk", "place_code")
    ):
        yield Finding(
            "submission_without_result", "error", place, "表单显示已处理，却没有任何结果：请打开这份表单，请工作人员重新采集。",
            "A form says that it was processed and became nothing: open it, and have the worker collect again.", key.hex,
        )  # fmt: skip


def _without_proposal(scope: str) -> Iterator[Finding]:
    rows = Result.objects.filter(
        prefix_q("submission__place_code", scope), outcome=Result.Outcome.PROPOSED, proposal=None
    )
    for key, place in rows.order_by("pk").values_list("submission_id", "submission__place_code"):
        yield Finding(
            "result_without_proposal", "error", place, "表单的一项内容显示已提交审核，审核单却不在：请打开这份表单核对。",
            "An answer of a form says that it is in the review and is not there: open the form and look.", key.hex,
        )  # fmt: skip
