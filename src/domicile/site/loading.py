"""Loads what the first requests need when a web worker starts, and not while somebody waits for a page."""

import datetime as dt
import importlib
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template import engines
from django.template.loader import get_template
from django.urls import get_resolver, reverse
from django.utils import translation
from django.utils.module_loading import import_string

from domicile.apps.access.roles import matrix
from domicile.core.policy.parameters import parameter_names

#: Large libraries that are imported where they are used, so that a command which needs none of them starts at once.
AT_USE = ("holidays", "opencc", "polars", "pypinyin", "shapely", "xlsxwriter")
#: An address that every instance has: to find it, all are read.
ANY_PAGE = "set_language"


def load_pages() -> None:
    """Every address with its views, the messages of each language, the rules, the templates of the product, large libraries.

    Takes about two seconds of a worker's start; opens no database.
    """
    for name in AT_USE:
        importlib.import_module(name)
    _ = get_resolver().url_patterns  # reads the views of all apps
    read_messages = translation.gettext
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            reverse(ANY_PAGE)
            read_messages("")
    for adapter in (settings.ACCOUNT_ADAPTER, settings.MFA_ADAPTER):
        import_string(adapter)
    parameter_names()
    matrix(dt.date.max)
    _ = engines["django"].engine.template_context_processors  # type: ignore[attr-defined]
    for name in templates():
        get_template(name)


def templates() -> list[str]:
    """The names of the product's own templates, sorted."""
    folders = [Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("domicile.")]
    return sorted(str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*.html"))
