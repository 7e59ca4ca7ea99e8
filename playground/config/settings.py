"""Django's settings: values only. Readers are in `env.py`, checks in `checks.py`, explanations in docs/settings.md."""

import secrets
from pathlib import Path
from typing import Any

from playground.config import databases, env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("DRYDOCK_VAR", str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- who we are -----------------------------------------------------------------------------------------------------

SECRET_KEY = env.text("DRYDOCK_SECRET_KEY", "") or env.kept(VAR_DIR / "secret_key", lambda: secrets.token_urlsafe(48))
DRYDOCK_INSTANCE = env.kept(VAR_DIR / "instance", lambda: secrets.token_hex(4))
DRYDOCK_REDIS = env.text("DRYDOCK_REDIS", "")
DRYDOCK_LIMITS = env.text("DRYDOCK_LIMITS", "")
DRYDOCK_CANARY = env.boolean("DRYDOCK_CANARY", default=True)
DRYDOCK_CANARY_OUTSIDE = env.address("DRYDOCK_CANARY_OUTSIDE")
DRYDOCK_REQUIRE_HARDENED = env.boolean("DRYDOCK_REQUIRE_HARDENED", default=False)
DRYDOCK_BLOBS = VAR_DIR / "blobs"

DEBUG = env.boolean("DRYDOCK_DEBUG", default=False)
ALLOWED_HOSTS = env.words("DRYDOCK_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = env.boolean("DRYDOCK_HTTPS", default=False)

# --- what it is made of ---------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_vite",
    "playground.config.apps.ConfigConfig",
    "playground.accounts.apps.AccountsConfig",
    "playground.events.apps.EventsConfig",
    "playground.builds.apps.BuildsConfig",
    "playground.web.apps.WebConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "playground.config.middleware.refusals",
    "playground.accounts.middleware.learners",
]

ROOT_URLCONF = "playground.config.urls"
ASGI_APPLICATION = "playground.config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "playground.accounts.context.learner",
            ]
        },
    }
]

# --- where things are kept ------------------------------------------------------------------------------------------

DATABASES = databases.configured(
    VAR_DIR,
    url=env.text("DRYDOCK_DATABASE", ""),
    events_url=env.text("DRYDOCK_DATABASE_EVENTS", ""),
    password=env.text("DRYDOCK_DATABASE_PASSWORD", ""),
)
DATABASE_ROUTERS = ["playground.events.router.LogRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": DRYDOCK_REDIS,
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
        }
        if DRYDOCK_REDIS
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [DRYDOCK_REDIS], "prefix": "drydock"},
        }
        if DRYDOCK_REDIS
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}

# --- static files ---------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in (BASE_DIR / "static" / "dist",) if path.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": BASE_DIR / "static" / "dist" / "manifest.json"}}

# --- security -------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "playground.web.errors.csrf_failure"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 600

# --- language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.DisallowedHost": {"level": "CRITICAL"}},
}
