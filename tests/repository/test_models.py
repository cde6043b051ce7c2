"""What import contracts cannot see: foreign keys named as text, and which database a model lives in."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connections, models, transaction

from domicile.site.router import Router

# (model, field): why it may point at an app that stands above or outside the order.
ALLOWED_UPWARD: dict[tuple[str, str], str] = {}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("domicile.apps.")]


def upward(pairs: Iterator[tuple[str, str, str]]) -> list[str]:
    """Relations (model's app, field, target's app) against the order of the apps."""
    order = settings.DOMICILE_APPS
    return [
        f"{app}.{field} -> {target}"
        for app, field, target in pairs
        if target in order and order.index(target) > order.index(app)
    ]


def relations() -> Iterator[tuple[type[models.Model], models.Field, type[models.Model]]]:  # type: ignore[type-arg]
    for model in own_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField | models.OneToOneField):
                yield model, field, field.related_model  # type: ignore[misc]


def test_no_foreign_key_points_upward_in_the_order_of_the_apps() -> None:
    pairs = (
        (model._meta.app_label, f"{model._meta.model_name}.{field.name}", target._meta.app_label)
        for model, field, target in relations()
        if (model._meta.label, field.name) not in ALLOWED_UPWARD
    )
    assert upward(pairs) == []


def test_a_planted_upward_foreign_key_is_caught() -> None:
    assert upward(iter([("areas", "area.head", "people"), ("people", "spell.dwelling", "places")])) == [
        "areas.area.head -> people"
    ]


def test_no_foreign_key_joins_two_databases() -> None:
    router = Router()
    across = [
        f"{model._meta.label}.{field.name}"
        for model, field, target in relations()
        if router.db_for_read(model) != router.db_for_read(target)
    ]
    assert across == []


def test_no_signal_carries_a_save_between_apps() -> None:
    for signal in (
        models.signals.pre_save,
        models.signals.post_save,
        models.signals.pre_delete,
        models.signals.post_delete,
    ):
        receivers = [repr(receiver[1]) for receiver in signal.receivers]
        assert not [name for name in receivers if "domicile" in name]


def test_the_router_lets_no_relation_cross() -> None:
    from domicile.apps.access.models import Look
    from domicile.apps.people.models import Person

    router = Router()
    assert not router.allow_relation(Person(), Look())
    assert not router.allow_migrate("log", "people", "person")
    assert not router.allow_migrate("default", "access", "look")


@pytest.mark.django_db(databases=["default", "log"])
def test_each_database_has_only_its_own_tables() -> None:
    router = Router()
    for alias in ("default", "log"):
        tables = set(connections[alias].introspection.table_names())
        foreign = {model._meta.db_table for model in apps.get_models() if router.db_for_read(model) != alias}
        assert tables & foreign == set()


@pytest.mark.django_db(databases=["default", "log"])
def test_constraints_stand_in_the_database_and_not_only_in_forms() -> None:
    """Every table with declared constraints has each of them by name."""
    for model in own_models():
        declared = {constraint.name for constraint in model._meta.constraints}
        connection = connections[Router().db_for_read(model)]
        with connection.cursor() as cursor:
            held = set(connection.introspection.get_constraints(cursor, model._meta.db_table))
        assert declared <= held, model._meta.label


@pytest.mark.django_db(databases=["default", "log"])
def test_a_broken_invariant_is_refused_beneath_the_forms() -> None:
    from domicile.apps.people.models import Person

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.bulk_create([Person(name="李秀英", sex="7")])
