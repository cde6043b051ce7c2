"""What movers say, in words."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.moves.mover.models import MoverWord

Wish = MoverWord.Wish
#: As staff read it.
WISHES = {
    Wish.ARRIVED.value: _("They have arrived"),
    Wish.ELSEWHERE.value: _("They go elsewhere"),
    Wish.NOT_GOING.value: _("They are not going"),
    Wish.BACK.value: _("They are back"),
    Wish.LEAVING.value: _("They move away"),
}
#: As the mover says it.
SAID = {
    Wish.ARRIVED.value: _("We have arrived"),
    Wish.ELSEWHERE.value: _("We go elsewhere"),
    Wish.NOT_GOING.value: _("We are not going after all"),
    Wish.BACK.value: _("We are back where we left"),
    Wish.LEAVING.value: _("We move away"),
}
DAYS = {
    Wish.ARRIVED.value: _("First day living there"),
    Wish.ELSEWHERE.value: _("First day no longer living here"),
    Wish.NOT_GOING.value: _("Day"),
    Wish.BACK.value: _("First day living here again"),
    Wish.LEAVING.value: _("First day no longer living here"),
}
#: The button with which staff do what a word asks for.
STEPS = {
    "arrive": _("Register the arrival"),
    "change_destination": _("Change the destination as they say"),
    "cancel": _("Cancel the move as they say"),
    "return": _("Note the return as they say"),
    "declare": _("Declare the move"),
}
REASON = _("The mover's own word, by code")
