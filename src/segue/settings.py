"""Django's settings, made from the environment. The values people set are listed in docs/reference/settings.md.

Nothing is created here: the home folder, its keys and its database are made by `segue up`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from segue.control.encryption import derived_secret
from segue.core.sentences import said
from segue.core.waits import DATABASE_S
from segue.profiles.allowed_objects import AllowedObjects, allowed_objects
from segue.profiles.source_sizes import sizes_from
from segue.service.databases import Embedded, database_of
from segue.service.environment import Environment, refused
from segue.service.keys import keys_file, keys_from
from segue.service.places import scratch_of
from segue.service.shared_state import check_state_store
from segue.words.catalogue import FOLDER as CATALOGUES
from segue.words.catalogue import languages

_ENVIRONMENT = os.environ
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_given = Environment(values=_ENVIRONMENT)
_text, _listed, _whole = _given.text, _given.listed, _given.whole


def _bucket(written: str) -> AllowedObjects:
    try:
        return allowed_objects(written)
    except ValueError:
        raise refused(
            "SEGUE_DATA_BUCKETS",
            said(
                "Write addresses such as s3://bucket/folder by commas, an endpoint of your own behind a blank: s3://bucket https://minio.example:9000."
            ),
        ) from None


def _database(home: Path) -> dict[str, Any]:
    named = database_of(_ENVIRONMENT, home)
    if isinstance(named, Embedded):
        return _sqlite(str(named.path))
    parsed: dict[str, Any] = {
        **dj_database_url.parse(_text("DATABASE_URL"), conn_health_checks=True)
    }
    # Each request has a thread of its own; the pool keeps their connections from adding up and replaces dead ones.
    pool = {"min_size": 1, "max_size": 10, "timeout": 20}
    return {**parsed, "OPTIONS": {**parsed.get("OPTIONS", {}), "pool": pool}}


def _sqlite(name: str) -> dict[str, Any]:
    """Web and worker write at the same time: readers never wait, writers queue up instead of failing."""
    pragmas = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": DATABASE_S,
            "init_command": "".join(f"PRAGMA {pragma};" for pragma in pragmas),
        },
    }


def _working_folder() -> Path:
    """Return where the server was started, or the home folder when that is `/`: a whole machine is never a data folder."""
    folder = Path.cwd()
    return SEGUE_HOME if folder == folder.parent else folder


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


SEGUE_HOME = Path(_text("SEGUE_HOME", ".segue")).absolute()
SEGUE_SCRATCH = scratch_of(_ENVIRONMENT, SEGUE_HOME)  # a wrong one is told at the start
SEGUE_URL = _given.site("SEGUE_URL", "http://127.0.0.1:8080")
SEGUE_KEYS = keys_from(_ENVIRONMENT, SEGUE_HOME)
SEGUE_KEYS_FILE = keys_file(_ENVIRONMENT, SEGUE_HOME).absolute()
# Keys in a file are read again when it changes, so that they can be rotated while Segue runs.
SEGUE_KEYS_ARE_IN_A_FILE = not _text("SEGUE_KEYS")
# Where relative paths of a definition that is uploaded first start, and what an uploaded definition may read.
SEGUE_DATA_FOLDER = Path(_text("SEGUE_DATA_FOLDER") or _working_folder()).absolute()
SEGUE_DATA_FOLDERS = [Path(folder).absolute() for folder in _listed("SEGUE_DATA_FOLDERS")] or [
    SEGUE_DATA_FOLDER
]
# Buckets that an uploaded definition may read, each with the endpoint that it may ask for it: none by default.
SEGUE_DATA_BUCKETS = [_bucket(one) for one in _listed("SEGUE_DATA_BUCKETS")]
SEGUE_STATE = check_state_store(
    _ENVIRONMENT,
    is_on_server=_database(SEGUE_HOME)["ENGINE"].endswith("postgresql"),
    readable=SEGUE_DATA_BUCKETS,
)
SEGUE_ENVIRONMENT_NAME = _text("SEGUE_ENVIRONMENT_NAME")
SEGUE_MAILCHIMP_CLIENT_ID = _text("SEGUE_MAILCHIMP_CLIENT_ID")
SEGUE_MAILCHIMP_CLIENT_SECRET = _text("SEGUE_MAILCHIMP_CLIENT_SECRET")
SEGUE_MAILCHIMP_LOGIN_URL = _given.service(
    "SEGUE_MAILCHIMP_LOGIN_URL", "https://login.mailchimp.com/oauth2"
)
SEGUE_MAILCHIMP_API_URL = _given.service("SEGUE_MAILCHIMP_API_URL")
SEGUE_BEHIND_PROXY = _given.proxies("SEGUE_BEHIND_PROXY")
SEGUE_CLOCK = "segue.service.adapters.SystemClock"
SEGUE_CONNECTIONS = _whole("SEGUE_CONNECTIONS", 3_000, least=4)
SEGUE_CONNECTIONS_PER_PLACE = _whole("SEGUE_CONNECTIONS_PER_PLACE", 1_200, least=2)
SEGUE_HEADERS_WITHIN_S = _whole("SEGUE_HEADERS_WITHIN_S", 10, least=1)
SEGUE_BODY_STEP_S = _whole("SEGUE_BODY_STEP_S", 10, least=1)
SEGUE_ANSWER_TAKEN_WITHIN_S = _whole("SEGUE_ANSWER_TAKEN_WITHIN_S", 60, least=1)
SEGUE_DOOR_BURST = _whole("SEGUE_DOOR_BURST", 40, least=1)
SEGUE_DOORS_PER_MINUTE = _whole("SEGUE_DOORS_PER_MINUTE", 60, least=1)
SEGUE_STRANGERS_PER_MINUTE = _whole("SEGUE_STRANGERS_PER_MINUTE", 600, least=1)
SEGUE_STRANGERS_BURST = _whole("SEGUE_STRANGERS_BURST", 200, least=1)
SEGUE_SESSION_IDLE_HOURS = _whole("SEGUE_SESSION_IDLE_HOURS", 12, least=1)
SEGUE_NOTICE_PLACES = _given.networks("SEGUE_NOTICE_PLACES")
SEGUE_NOT_RUN_DAYS = _whole("SEGUE_NOT_RUN_DAYS", 7, least=1)
SEGUE_RUN_TOO_LONG_HOURS = _whole("SEGUE_RUN_TOO_LONG_HOURS", 3, least=1)
SEGUE_WORKER_SLOTS = _whole("SEGUE_WORKER_SLOTS", 2, least=1)
SEGUE_SOURCE_LONGEST_MINUTES = _whole("SEGUE_SOURCE_LONGEST_MINUTES", 30, least=1)
SEGUE_SOURCE_SIZES = sizes_from(_ENVIRONMENT)  # a wrong one is told at the start
SEGUE_LEASE_S = _whole("SEGUE_LEASE_S", 15, least=2)
SEGUE_DRAIN_S = _whole("SEGUE_DRAIN_S", 1, least=0)
SEGUE_CANCEL_WAIT_S = _whole("SEGUE_CANCEL_WAIT_S", 30, least=0)

_url = urlsplit(SEGUE_URL)
_is_secure = _url.scheme == "https"

DEBUG = False
SECRET_KEY = derived_secret(SEGUE_KEYS[0])
SECRET_KEY_FALLBACKS = [derived_secret(key) for key in SEGUE_KEYS[1:]]
ALLOWED_HOSTS = [str(_url.hostname), *_given.hosts("SEGUE_HOSTS")]
if _url.hostname in _LOOPBACK:
    ALLOWED_HOSTS += [*_LOOPBACK, "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_url.scheme}://{_url.netloc}"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django.forms",
    "segue.control.audit.apps.AuditConfig",
    "segue.control.people.apps.PeopleConfig",
    "segue.control.identity.apps.IdentityConfig",
    "segue.control.journals.apps.JournalsConfig",
    "segue.control.sources.apps.SourcesConfig",
    "segue.control.segments.apps.SegmentsConfig",
    "segue.control.connections.apps.ConnectionsConfig",
    "segue.control.exports.apps.ExportsConfig",
    "segue.control.refreshes.apps.RefreshesConfig",
    "segue.control.notices.apps.NoticesConfig",
    "segue.web.apps.WebConfig",
]

# What protects answers stands outside of what may refuse a request, so that refusals are protected too.
MIDDLEWARE = [
    "segue.web.middleware.headers_middleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "segue.web.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "segue.web.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "segue.web.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "segue.web.urls"
ASGI_APPLICATION = "segue.web.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "segue.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "segue.web.templatetags.segue",
            ],
        },
    }
]
FORM_RENDERER = "segue.web.forms.Renderer"

DATABASES = {"default": _database(SEGUE_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["segue.control.people.hashing.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_RESET_TIMEOUT = 3 * 60 * 60

# Failed sign-ins: ten for one address from one place, then half an hour of pause, whatever is tried meanwhile. Only a
# hash of the address is kept, for as long as that; the audit log tells administrators, the process's log says nothing.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.5
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "segue.web.people.attempts.counted_name"
AXES_CLIENT_IP_CALLABLE = "segue.web.people.attempts.place_of"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "segue.web.people.views.locked_out"
AXES_HTTP_RESPONSE_CODE = 429

SESSION_ENGINE = "segue.control.people.sessions"
SESSION_COOKIE_NAME = "segue_session"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_secure
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "segue_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "segue.web.errors.csrf_failed"
LANGUAGE_COOKIE_NAME = "segue_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = _is_secure
LANGUAGE_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = _is_secure
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _is_secure else 0
# The promise of https is made for this host alone: what other hosts of the domain do is not ours to decide.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Whether a request came by https is told by uvicorn, which believes the proxies of SEGUE_BEHIND_PROXY and nobody else.
SECURE_PROXY_SSL_HEADER = None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        # Mailchimp's sign-in is reached by a redirect after a form, which browsers count as the form's action.
        "form-action": ["'self'", _origin(SEGUE_MAILCHIMP_LOGIN_URL)],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [(code, code) for code in languages()]
"""What a language is called is said by `words.languages`, by its code."""
LOCALE_PATHS = [CATALOGUES]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files are served where they are installed, nothing is collected; what they hold is part of their address.
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "segue.web.static_files.VersionedFiles"},
}
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = False
SERVESTATIC_ALLOW_ALL_ORIGINS = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 6_000_000
# The set-up of an export sends two fields for each segment that there is.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE  # nothing is spooled to disk

_mail = _given.mail_server("SEGUE_SMTP_URL")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _text("SEGUE_MAIL_FROM", "segue@localhost")
if _mail is not None:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp+tls"
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_TIMEOUT = 20
else:
    # Without a mail server mails are kept as files in the home folder: nothing is lost, nothing leaves.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(SEGUE_HOME / "outbox")

# Logging is set up by the programs (`segue.observability.logs.log_process`), not by Django.
LOGGING_CONFIG = None
