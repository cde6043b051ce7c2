"""The end of a census in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DONE = {
    "ask": _("Asked for. Somebody else of the census office, or an overseer, destroys the forms now."),
    "destroy": _("The forms are destroyed. Print the certificate."),
    "keep": _("The forms stay."),
    "go-on": _("The deletion goes on where it was."),
}
FOR_GOOD = _(
    "This cannot be undone. Nobody can be looked for by number after it, and the survey cannot be compared anew. Backups made "
    "before hold the numbers still: the operator deletes them."
)
DROPPED: dict[str, str | Promise] = {
    "answer": _("Forms"),
    "sheet": _("Forms as they were keyed"),
    "coverage": _("Households of the coverage survey"),
    "phones": _("Files that phones sent"),
}
COUNTED: dict[str, str | Promise] = {
    "keys": _("Keys of sealed forms"),
    "answer": _("Forms"),
    "submissions": _("Files that phones sent"),
    "sheet": _("Forms as they were keyed"),
    "household": _("Households of the listing"),
    "dwelling": _("Doors of the listing"),
    "householdcode": _("Codes of households"),
    "call": _("Notes of visits"),
    "reinterview": _("Interviews held again"),
    "coveragehousehold": _("Households of the coverage survey"),
    "coveragecase": _("Cases of the coverage survey"),
    "wording": _("Texts that were coded"),
    "sampleunit": _("Places of households in the sample"),
}
TOLD = (
    _("The keys were destroyed first: what was sealed under them can be read no more here, in the logs either. Backups made "
      "before hold keys still: the operator deletes them."),
    _("What remains: the plan, the areas and buildings with what was expected there, counts by area, estimates of coverage, "
      "the published tables and the protected sample. None of it tells of a household or a person."),
    _("The log of changes remains whole: that households were listed and visited and forms came in, when, where and of how "
      "many people; names and what forms said are unreadable in it."),
    _("Copies that were carried out of this site are not in its hands: records written for the tables are deleted by whoever "
      "wrote them."),
)  # fmt: skip


def dropped(counts: Mapping[str, int]) -> list[tuple[str | Promise, int]]:
    """Of how many of each kind resident numbers were deleted."""
    return [(word, counts.get(key, 0)) for key, word in DROPPED.items()]


def counted(counts: Mapping[str, int]) -> list[tuple[str | Promise, int]]:
    """How many of each kind, in the order of the certificate."""
    return [(word, counts[key]) for key, word in COUNTED.items() if key in counts]
