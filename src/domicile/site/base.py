"""Settings that the register (settings.py) and the census behind its wall (census.py) share.

Neither knows of the other: each has a data folder, keys, databases and apps of its own.
"""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from domicile.site.map_style import origin

PACKAGE = Path(__file__).resolve().parent.parent
DEBUG = False
HTTPS = os.environ.get("DOMICILE_HTTPS", "") == "1"
HOSTS = [host for host in os.environ.get("DOMICILE_HOSTS", "").split(",") if host]
ALLOWED_HOSTS = HOSTS or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS]

DATABASE_ROUTERS = ["domicile.site.router.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CONTRIBUTED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "domicile.apps.accounts.middleware.SignedInMiddleware",
    "domicile.apps.access.middleware.ViewerMiddleware",
    "domicile.apps.printing.middleware.NotPrintedMiddleware",
    "axes.middleware.AxesMiddleware",
]
WSGI_APPLICATION = "domicile.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "domicile.apps.web.context.shell",
            ],
        },
    }
]

# --- who signs in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "domicile.apps.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "domicile.apps.accounts.adapters.SecondFactorAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {"login": "domicile.apps.accounts.forms.SignInForm"}
# Attempts are counted by axes below, passwords and codes together.
ACCOUNT_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "domicile"
# Phones' clocks differ: a code holds one step of 30 s early or late, and counts once (accounts/second_factor.py).
MFA_TOTP_TOLERANCE = 1

# --- what the browser is told ---------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MAP_STYLE = os.environ.get("DOMICILE_MAP_STYLE", "")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        # The map fetches a background from the one host that the operator names, and works in a script of its own.
        "connect-src": ["'self'", *([origin(MAP_STYLE)] if MAP_STYLE else [])],
        "worker-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
# Uploads stay in memory until they are sealed: a temporary file would keep numbers in the clear.
FILE_UPLOAD_HANDLERS = ["domicile.apps.screens.upload_handler.LimitedMemoryUploadHandler"]
UPLOAD_LIMIT = int(os.environ.get("DOMICILE_UPLOAD_MB", "32")) * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# ODK Collect sends up to 100 photos at once, and the form beside them.
DATA_UPLOAD_MAX_NUMBER_FILES = 128
# The XLSForms that phones are handed, as text.
FORMS = PACKAGE.parents[1] / "forms"

# --- words, days, files -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
USE_I18N = True
FORMAT_MODULE_PATH = "domicile.site.formats"  # days are written one way in all languages
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "site" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# Shared by all workers (accounts.SharedEntry, in the log database): a second factor's code counts once.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        # An address that somebody typed, or a trace, may hold a number.
        "line": {
            "()": "domicile.apps.common.masking.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

# Repeated wrong passwords or codes close the account for a while, from wherever they come, known name or not: how many
# and how long stands in core/policy/parameters/accounts.yaml. An address alone closes nothing, since an office shares
# one; the pair of name and address adds nothing to the name, and is there for axes' own check of these settings.
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_FAILURE_LIMIT = "domicile.apps.accounts.policies.failure_limit"
AXES_COOLOFF_TIME = "domicile.apps.accounts.policies.lockout_time"
AXES_LOCKOUT_CALLABLE = "domicile.apps.accounts.views.locked_out"
# The key in the credentials that are tried, of the password as of the code; not the name of the field on the page.
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "domicile.apps.accounts.attempts.counted_name"
# Trying again does not prolong the time: else anybody could keep somebody else out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
PASSWORD_FIELDS = ["old_password", "new_password1", "new_password2"]
AXES_SENSITIVE_PARAMETERS = ["login", "username", "ip_address", "code", *PASSWORD_FIELDS]
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
