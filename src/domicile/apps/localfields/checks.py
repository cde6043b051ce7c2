"""Local fields whose end has passed and whose values are not erased yet: the server has not run since."""

from collections.abc import Iterator

from django.utils import timezone

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding
from domicile.apps.localfields.models import LocalField


def run(scope: str = "") -> Iterator[Finding]:
    """Every field that is past its end and not erased."""
    rows = LocalField.objects.filter(prefix_q("scope", scope), state="approved", end__lte=timezone.localdate())
    for row in rows.order_by("scope", "pk"):
        yield Finding(
            "local_field_not_erased",
            "error",
            row.scope,
            f"本地项目“{row.label_zh}”已于{row.end}到期，内容还没有删除：请启动系统，由后台任务删除。",
            f"The local field {row.label_en or row.label_zh} ended on {row.end} and its values are not erased: start the "
            "server, whose worker erases them.",
            row.pk.hex,
        )
