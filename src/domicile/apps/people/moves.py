"""Who is visible where, and where people are registered, when the code of an area or grid changes."""

from domicile.apps.audit.recording import Recorder
from domicile.apps.people.models import Person, Visibility


def move(old: str, new: str, change: Recorder) -> None:
    """Rewrite one code (12 or 15 digits). Somebody visible to both codes for one reason stays visible once."""
    rows = Visibility.objects.filter(code=old)
    already = Visibility.objects.filter(code=new).values("person_id", "why")
    for why in Visibility.Why.values:
        rows.filter(why=why, person_id__in=already.filter(why=why).values("person_id")).delete()
    for model, field, count in (
        (Visibility, "code", rows.update(code=new)),
        (Person, "registered_code", Person.objects.filter(registered_code=old).update(registered_code=new)),
    ):
        if count:
            change.values.append([model._meta.db_table, "", "move", {field: [old, new], "rows": [count, count]}])
