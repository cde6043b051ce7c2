"""The survey of coverage in words."""

from django.utils.translation import gettext_lazy as _

OUTCOMES = {
    "open": _("to be decided"),
    "matched": _("counted: found on a form"),
    "omitted": _("missed by the census"),
    "out": _("did not belong to the census here"),
    "correct": _("rightly counted"),
    "twice": _("counted twice"),
    "outside_time": _("died before or born after the reference moment"),
    "elsewhere": _("lived elsewhere"),
    "never": _("there is nobody of this description"),
}
SIDES = {"survey": _("Found by the survey"), "census": _("Counted by the census")}
SETS = {
    "all": _("Everybody"),
    "1": _("Men"),
    "2": _("Women"),
    "a0": _("0 to 14 years"),
    "a15": _("15 to 29 years"),
    "a30": _("30 to 44 years"),
    "a45": _("45 to 59 years"),
    "a60": _("60 years and over"),
}
SEXES = {"1": _("male"), "2": _("female")}
