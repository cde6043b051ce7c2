"""Real-name accounts of staff (AC-5)."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from domicile.apps.common.fields import KeyField
from domicile.apps.common.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Makes users; there is no superuser: every right comes from a grant (access)."""

    def create_user(self, username: str, password: str | None, **fields: object) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of staff. Signing in needs a password and a second factor; `closed_on` ends every session at once."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=64, unique=True)
    real_name = models.CharField(max_length=64)
    area_code = KeyField(max_length=12, blank=True)
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    closed_on = models.DateField(null=True, blank=True)
    # Part of every session's check: one more, and all sessions of this account have ended.
    session_serial = models.PositiveIntegerField(default=0)
    # The administrator who gave the password, until its owner has chosen another; whoever took the second factor away,
    # until there is a new one. Who has done one of the two does not do the other: with both one signs in as a colleague.
    password_given_by = models.UUIDField(null=True, blank=True)
    second_factor_taken_by = models.UUIDField(null=True, blank=True)
    # Kept out of the register, so that signing in never waits for a long import.
    last_login = None  # type: ignore[assignment]

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["real_name"]

    def __str__(self) -> str:
        return self.real_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "domicile.accounts.session", f"{self.password}/{self.session_serial}", secret=secret, algorithm="sha256"
        ).hexdigest()

    # No superuser and no model permissions: Django's own checks always answer no.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class OpenSession(models.Model):
    """A session somebody signed in to, so that the oldest can be ended. Lives in the log database."""

    user_id = models.UUIDField(db_index=True)
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d %H:%M}"


class SharedEntry(models.Model):
    """The table of Django's database cache, shared by all workers; in the log database. Written by the cache alone.

    A second factor's code counts once, whichever worker sees it: that is what the cache is for.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "shared_cache"

    def __str__(self) -> str:
        return self.cache_key
