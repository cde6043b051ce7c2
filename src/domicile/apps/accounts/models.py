"""Real-name accounts of staff (AC-5)."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

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
    # Kept out of the register, so that signing in never waits for a long import.
    last_login = None  # type: ignore[assignment]

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["real_name"]

    def __str__(self) -> str:
        return self.real_name

    # No superuser and no model permissions: Django's own checks always answer no.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
