"""Words of the plan."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from domicile.apps.census.plan.models import Phase

#: In the order of the work.
PHASES: dict[str, str | Promise] = {
    Phase.Kind.PREPARE.value: pgettext_lazy("phase", "Prepare"),
    Phase.Kind.LIST.value: pgettext_lazy("phase", "List households"),
    Phase.Kind.ENUMERATE.value: pgettext_lazy("phase", "Enumerate"),
    Phase.Kind.QUICK_COUNT.value: pgettext_lazy("phase", "Quick count"),
    Phase.Kind.CHECK.value: pgettext_lazy("phase", "Check"),
    Phase.Kind.COVERAGE.value: pgettext_lazy("phase", "Coverage survey"),
    Phase.Kind.CODE.value: pgettext_lazy("phase", "Code"),
    Phase.Kind.EDIT.value: pgettext_lazy("phase", "Edit"),
    Phase.Kind.TABULATE.value: pgettext_lazy("phase", "Make tables"),
    Phase.Kind.PUBLISH.value: pgettext_lazy("phase", "Publish"),
}
#: What is proposed to be handed out; any other thing can be written.
THINGS = (_("Paper forms"), _("Bag"), _("Badge holder"), _("Phone"), _("Power bank"), _("Leaflets"))
