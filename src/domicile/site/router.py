"""Which database of a site a model lives in. Nothing joins the two.

A site has no models of the other one: register and census share neither database nor process (P-4).
"""

from typing import Any

# The log of looks, and what changes while people only look: sessions, sign-in attempts, progress of jobs.
LOG_APPS = frozenset({"sessions", "axes", "django_cache"})
LOG_MODELS = frozenset(
    {
        "access.look",
        "access.seen",
        "access.lookseal",
        "accounts.opensession",
        "accounts.sharedentry",
        "api.tokenuse",
        "tasks.progress",
    }
)


def apps_in_log() -> frozenset[str]:
    """The apps with models in the database of the log of looks."""
    return LOG_APPS | {model.partition(".")[0] for model in LOG_MODELS}


class Router:
    """Django's database router: what the site keeps by default, the log by the lists above."""

    def database_of(self, app_label: str, model_name: str | None) -> str:
        if app_label in LOG_APPS or f"{app_label}.{model_name}".lower() in LOG_MODELS:
            return "log"
        return "default"

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self.database_of(model._meta.app_label, model._meta.model_name)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return self.database_of(model._meta.app_label, model._meta.model_name)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return self.db_for_read(one) == self.db_for_read(other)  # also where one of them is not loaded yet

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        if model_name is None:  # a data or SQL migration says itself which database it is for
            return db == hints.get("database", self.database_of(app_label, None))
        return db == self.database_of(app_label, model_name)
