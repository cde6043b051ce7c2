"""From the text of an XLSForm to the XForm that phones hold: compiled once a version, and kept."""

import warnings
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from domicile.apps.collect.openrosa import registry
from domicile.apps.collect.openrosa.models import FormVersion
from domicile.core.messages.openrosa import md5

DEFAULT_LANGUAGE = "中文 (zh)"


class Unfit(ValueError):
    """The text is no XLSForm, or says another id or version than it is registered with."""


def compile_form(path: Path, form_id: str, version: str) -> bytes:
    """The XForm of an XLSForm in Markdown tables. Raises Unfit."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # advice about translations, not faults
            xform = convert(
                xlsform=path.read_text("utf-8"), file_type=".md", validate=False, default_language=DEFAULT_LANGUAGE
            ).xform
    except PyXFormError as error:
        raise Unfit(f"{path.name}: {error}") from error
    if f'id="{form_id}"' not in xform or f'version="{version}"' not in xform:
        raise Unfit(f"{path.name} is not version {version} of {form_id}")
    return xform.encode()


def current(form: registry.Form) -> FormVersion:
    """The version of a form that is handed out today."""
    kept = kept_version(form.id, form.version)
    if kept is not None:
        return kept
    xml = compile_form(form.path, form.id, form.version)
    fresh = FormVersion(form_id=form.id, version=form.version, xml=xml, md5=md5(xml), made_at=timezone.now())
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:  # another worker process was quicker; both compiled the same text
        return FormVersion.objects.get(form_id=form.id, version=form.version)
    return fresh


#: Versions that were found once: none is ever taken away.
_found: set[tuple[str, str]] = set()


def was_handed_out(form_id: str, version: str) -> bool:
    """Whether phones may hold this version."""
    if (form_id, version) not in _found and FormVersion.objects.filter(form_id=form_id, version=version).exists():
        _found.add((form_id, version))
    return (form_id, version) in _found


def kept_version(form_id: str, version: str) -> FormVersion | None:
    """A version that was handed out, then or now."""
    return FormVersion.objects.filter(form_id=form_id, version=version).first()
