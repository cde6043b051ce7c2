"""Words of the listing, in the order in which they are offered."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.census.listing.models import Dwelling, Household

USES = {
    Dwelling.Use.LIVED_IN.value: _("lived in"),
    Dwelling.Use.EMPTY.value: _("empty"),
    Dwelling.Use.SECOND.value: _("lived in now and then"),
    Dwelling.Use.OTHER.value: _("not for living (shop, office, store)"),
    Dwelling.Use.UNKNOWN.value: _("not known yet"),
}
CHANNELS = {
    Dwelling.Channel.ORDINARY.value: _("ordinary: the enumerator asks"),
    Dwelling.Channel.BARRACKS.value: _("barracks: the army counts"),
    Dwelling.Channel.DETENTION.value: _("detention: the place counts with the census office"),
    Dwelling.Channel.SCHOOL.value: _("school dormitory"),
    Dwelling.Channel.SITE.value: _("building site"),
    Dwelling.Channel.LODGING.value: _("lodging in a shop or bath-house"),
    Dwelling.Channel.NO_HOME.value: _("people without a home: all are counted at one moment"),
}
#: The same in the few words of a list.
CHANNELS_SHORT = {
    Dwelling.Channel.ORDINARY.value: _("ordinary"),
    Dwelling.Channel.BARRACKS.value: _("barracks"),
    Dwelling.Channel.DETENTION.value: _("detention"),
    Dwelling.Channel.SCHOOL.value: _("school dormitory"),
    Dwelling.Channel.SITE.value: _("building site"),
    Dwelling.Channel.LODGING.value: _("lodging"),
    Dwelling.Channel.NO_HOME.value: _("without a home"),
}
ABSENCES = {
    Household.Absence.NONE.value: _("nobody will be away"),
    Household.Absence.SOME.value: _("some will be away"),
    Household.Absence.ALL.value: _("all will be away"),
}
ENDED = {
    Household.Ended.MOVED.value: _("moved away"),
    Household.Ended.TWICE.value: _("is on the list twice"),
    Household.Ended.MISTAKE.value: _("was listed by mistake"),
}
FORMS = {Household.Form.SHORT.value: _("short form"), Household.Form.LONG.value: _("long form")}
