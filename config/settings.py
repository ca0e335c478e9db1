"""Settings of every process. The environment is read here and nowhere else."""

import base64
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str | None = None) -> str:
    """A variable of the environment; without a default it must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. `./baton run` sets it; so must whoever runs Baton without it."
        )
    return value


def flag(name: str) -> bool:
    """True for 1, true or yes."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def words(name: str, default: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def keys(value: str) -> dict[int, bytes]:
    """Keys by id, from "2:base64,1:base64"; one without an id has the id 1."""
    named = [part.strip().rpartition(":") for part in value.split(",") if part.strip()]
    return {int(key_id or 1): base64.urlsafe_b64decode(key) for key_id, _, key in named}


def database(url: str) -> dict[str, Any]:
    """Django's settings from postgresql://user:password@host:port/name or ...@/name?host=/folder/of/the/socket."""
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
    }


DEBUG = False
# The owner's connection is for `manage.py migrate` alone; everything else runs as the restricted role.
AS_OWNER = flag("BATON_OWNER")
SECRET_KEY = text("BATON_SECRET_KEY")
# The keys that seal what is personal, by id; see partners/sealing.py.
FIELD_KEYS = keys(text("BATON_FIELD_KEY"))
PORT = int(text("BATON_PORT", "8000"))
HTTPS = flag("BATON_HTTPS")
# Where people reach the service: the beginning of the links in e-mails.
ADDRESS = text("BATON_ADDRESS", f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = words("BATON_HOSTS", "localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = words("BATON_ORIGINS", "")

DATABASES = {
    "default": {
        **database(text("OWNER_DATABASE_URL") if AS_OWNER else text("DATABASE_URL")),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # A cursor that outlives its transaction would be readable under the next person's walls.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"options": "-c lock_timeout=5000 -c timezone=UTC"},
        # The test database is cloned from a template that the owner built; see tests/conftest.py.
        "TEST": {"MIGRATE": False},
    }
}
REDIS_URL = text("REDIS_URL")
CACHES = {
    # Sign-in attempts are counted in PostgreSQL, so that they survive the loss of Redis.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "partners_cache",
        # Beyond so many the backend would throw away counts that still hold; a nightly sweep keeps it far below.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
    "charts": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "charts"},
    # The overview as one person sees it; see outcomes/performance/document.py.
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config",
    "partners",
    "programmes",
    "participants",
    "referrals",
    "outcomes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_cotton",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "partners.middleware.request_id",
    "partners.browser.headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "partners.middleware.tenant_path",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "partners.sessions.limited",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "partners.second_factor.required",
    "partners.middleware.viewing",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "config.forms.GovukRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "partners.pages.page_context",
            ],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / ".local" / "assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "partners.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/5m/key"}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_ADAPTER = "partners.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "partners.second_factor.SignInCodeForm",
    "reauthenticate": "partners.second_factor.FreshCodeForm",
    "activate_totp": "partners.second_factor.FirstCodeForm",
    "add_webauthn": "partners.second_factor.PasskeyForm",
}
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# partners.second_factor asks again in its own way, and never for a password.
MFA_REAUTHENTICATION_REQUIRED = False
SOCIALACCOUNT_ADAPTER = "partners.organisation_sign_in.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "partners.organisation_sign_in.IdentityService"},
}
USERSESSIONS_TRACK_ACTIVITY = True
# smtp://user:password@host:587 (STARTTLS), smtps://...:465 or, to a relay on this machine, smtp+plain://localhost:25.
SMTP = urlsplit(text("BATON_SMTP_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP.hostname else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = SMTP.hostname or "", SMTP.port or (465 if SMTP.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(SMTP.username or ""), unquote(SMTP.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP.scheme == "smtp", SMTP.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("BATON_EMAIL_FROM", "Baton <no-reply@localhost>")
# GOV.UK Notify, for messages to participants; see partners/messages.py.
NOTIFY_KEY = text("BATON_NOTIFY_KEY", "")
NOTIFY_URL = text("BATON_NOTIFY_URL", "https://api.notifications.service.gov.uk").rstrip("/")
NOTIFY_TEMPLATES = {
    "text": text("BATON_NOTIFY_TEXT_TEMPLATE", ""),
    "email": text("BATON_NOTIFY_EMAIL_TEMPLATE", ""),
}

# How many proxies stand before Baton; what they say of the address and of HTTPS is believed, and nobody else.
ALLAUTH_TRUSTED_PROXY_COUNT = int(text("BATON_TRUSTED_PROXIES", "0"))
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whoever is idle for so long is signed out, and everybody so long after signing in; see partners/sessions.py.
IDLE_SECONDS = int(timedelta(minutes=float(text("BATON_IDLE_MINUTES", "30"))).total_seconds())
SESSION_COOKIE_AGE = int(timedelta(hours=float(text("BATON_SESSION_HOURS", "12"))).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
CSRF_COOKIE_HTTPONLY = True
# Browsers take a cookie of such a name from this very host alone, over HTTPS.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (
    ("__Host-sessionid", "__Host-csrftoken") if HTTPS else ("sessionid", "csrftoken")
)
# What a page says about a person goes into no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "partners.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # A script runs because the page that names it was made with this answer, not because of where it lies.
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "report-uri": ["/csp-report"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# What people send stays in memory until it is checked and sealed: it never lies about in a temporary folder.
FILE_UPLOAD_HANDLERS = ["partners.uploads.InMemory"]
DATA_UPLOAD_MAX_NUMBER_FILES = 10
LARGEST_UPLOAD = int(text("BATON_LARGEST_UPLOAD", "10485760"))
# The socket of a virus scanner (clamd); while it does not answer, nothing can be uploaded. Empty for none.
VIRUS_SCANNER = text("BATON_VIRUS_SCANNER", "")
# Where private files lie, sealed: on a disk that every process shares and a backup covers.
FILES = Path(text("BATON_FILES", str(BASE_DIR / ".local" / "files")))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["partners.api.keys.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["partners.api.keys.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["partners.api.bodies.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "partners.api.paging.ByKey",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "partners.api.schema.Schema",
    "EXCEPTION_HANDLER": "partners.api.problems.as_problem",
    "UNAUTHENTICATED_USER": None,
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Baton partner API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "partners.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": text("BATON_LOG_LEVEL", "INFO")},
    # Django's own words for a bad request can quote what was sent.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "django.db.backends": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []

# How many National Insurance numbers one person may read in full within an hour, before Baton asks them to stop.
MOST_UNMASKINGS_AN_HOUR = int(text("BATON_MOST_UNMASKINGS_AN_HOUR", "30"))
# Numbers that can never be issued (prefix QQ) stand for National Insurance numbers in demos and tests.
ALLOW_INVENTED_NUMBERS = flag("BATON_INVENTED_NUMBERS")
# The password of the demo's accounts, in place of the one in config/demo/people.py.
DEMO_PASSWORD = text("BATON_DEMO_PASSWORD", "")
