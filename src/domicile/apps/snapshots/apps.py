"""Start-up of the app."""

from django.apps import AppConfig


def swept() -> list[str]:
    """Take away what jobs that were killed left of their snapshots; there is nothing to tell of it."""
    from domicile.apps.snapshots.folders import sweep

    sweep()
    return []


class SnapshotsConfig(AppConfig):
    name = "domicile.apps.snapshots"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from domicile.apps.administration.words import QUESTIONS
        from domicile.apps.common import upkeep
        from domicile.apps.snapshots.folders import QUESTION, sweep
        from domicile.apps.tasks.registry import register_daily

        QUESTIONS.setdefault(QUESTION, _("the register as a whole, for a job of the machine"))
        register_daily(sweep)
        upkeep.at_recovery(swept)
