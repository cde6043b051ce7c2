"""Words for kinds and states of local fields."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.localfields.models import LocalField

SUBJECTS = {
    LocalField.Subject.PERSON.value: _("Persons"),
    LocalField.Subject.DWELLING.value: _("Dwellings"),
}
KINDS = {
    LocalField.Kind.YES_NO.value: _("yes or no"),
    LocalField.Kind.CHOICE.value: _("one of a list"),
    LocalField.Kind.NUMBER.value: _("whole number"),
    LocalField.Kind.DAY.value: _("a day"),
    LocalField.Kind.TEXT.value: _("short text"),
}
STATES = {
    LocalField.State.PROPOSED.value: _("waits for approval"),
    LocalField.State.APPROVED.value: _("approved"),
    LocalField.State.REFUSED.value: _("not approved"),
    LocalField.State.ENDED.value: _("ended, values erased"),
}
#: Who decides about the field of an area with so many digits.
DECIDES = {12: _("the township"), 9: _("the county"), 6: _("the prefecture")}
