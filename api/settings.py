"""What a site sets by the environment: read once, checked at start, documented in one table."""

import contextlib
import importlib.util
import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from api.addresses import base_objection, template_objection
from api.proxies import Network, networks
from api.quotas import Quota
from content.drafts import LOCALE
from content.rules import Rules

PREFIX: Final = "DERMIS_"
WHOOSH: Final = "whoosh"
POSTGRES: Final = "postgres"
_URL_TEMPLATE: Final = "http://localhost:3000/{slug}"
_PUBLIC_URL: Final = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the README documents it."""

    name: str
    default: str
    meaning: str


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "DERMIS_ENV",
        "development",
        "`development` or `production`; production refuses to start on unsafe defaults",
    ),
    Setting(
        "DERMIS_HOME",
        ".dermis",
        "directory of the embedded database, the search index, the pictures and the generated "
        "secret; several machines share its folder `media`",
    ),
    Setting(
        "DERMIS_DATABASE_URL",
        "sqlite:///<home>/library.db",
        "the database: `sqlite:///...` or `postgresql+psycopg://...` (extra `postgres`)",
    ),
    Setting(
        "DERMIS_SEARCH",
        "whoosh",
        "the search index: `whoosh`, in files of this machine, or `postgres`, in the PostgreSQL "
        "database itself, for several machines",
    ),
    Setting(
        "DERMIS_SECRET_KEY",
        "generated in the home",
        "at least 32 characters, the same on every machine; signs cursors and previews, and makes "
        "the secrets of webhooks: another one ends them",
    ),
    Setting("DERMIS_LOCALE", "en", "the locale of imports, and the one preferred for readers"),
    Setting(
        "DERMIS_URL_TEMPLATE",
        _URL_TEMPLATE,
        "where the site shows an article, for feeds, sitemap and JSON-LD; may hold `{locale}` too",
    ),
    Setting(
        "DERMIS_PUBLIC_URL",
        _PUBLIC_URL,
        "where this API is reached, for the addresses that feeds and sitemaps give of themselves",
    ),
    Setting("DERMIS_TRUSTED_HOSTS", "any", "host names to answer for, parted by commas; else 400"),
    Setting(
        "DERMIS_CORS_ORIGINS",
        "*",
        "origins allowed to read, parted by commas; only origins named here may use admin",
    ),
    Setting("DERMIS_MAX_AGE", "60", "seconds that shared caches may keep a delivery answer"),
    Setting(
        "DERMIS_CACHE_BYTES",
        "64000000",
        "memory of each worker for finished answers; 0 keeps none",
    ),
    Setting(
        "DERMIS_SNAPSHOT_DAYS",
        "7",
        "days for which `?at=` reads what was public, also what was withdrawn since; 0 for none",
    ),
    Setting(
        "DERMIS_INSIGHT_DAYS",
        "90",
        "days for which counts of queries are kept for editors, without anything of who asked; 0 "
        "counts nothing",
    ),
    Setting(
        "DERMIS_REVIEW_REQUIRED",
        "no",
        "`yes` where nothing may go live that no reviewer has signed",
    ),
    Setting(
        "DERMIS_REVIEW_DAYS",
        "365",
        "days for which a review holds, unless the reviewer says otherwise",
    ),
    Setting(
        "DERMIS_TRASH_DAYS",
        "30",
        "days for which a deleted article can be taken back, then it is purged; at least "
        "`DERMIS_SNAPSHOT_DAYS`",
    ),
    Setting(
        "DERMIS_SESSION_HOURS",
        "12",
        "hours without a request after which a person signs in again; after seven days they do "
        "anyway",
    ),
    Setting(
        "DERMIS_OIDC_ISSUER",
        "none",
        "the OpenID provider where people may sign in, as `https://login.example.org` (extra "
        "`sso`); it lets in only who has an account here, and calls back at "
        "`<public URL>/api/v1/admin/sso/callback`",
    ),
    Setting("DERMIS_OIDC_CLIENT_ID", "none", "what this site is called at the provider"),
    Setting("DERMIS_OIDC_CLIENT_SECRET", "none", "by which the provider knows this site"),
    Setting("DERMIS_MAX_BYTES", "5000000", "largest request body, and largest source to import"),
    Setting(
        "DERMIS_RATE_LIMIT",
        "6000/minute",
        "requests of one address (of IPv6 its /64) per `second`, `minute`, `hour` or `day`; what "
        "the cache of answers sends is not counted; `off` for none",
    ),
    Setting(
        "DERMIS_ADMIN_RATE_LIMIT",
        "600/minute",
        "admin requests of one token; beside it an address may fail to authenticate 30 times a "
        "minute; `off` for none",
    ),
    Setting(
        "DERMIS_REDIS_URL",
        "none",
        "`redis://...` or `rediss://...` where all workers and machines count together (extra "
        "`redis`), else each worker counts by itself; while it is away there are no limits",
    ),
    Setting(
        "DERMIS_TRUSTED_PROXIES",
        "none",
        "addresses and networks of proxies in front, parted by commas; from others "
        "`X-Forwarded-For`, `-Proto` and `-Host` are not believed",
    ),
    Setting(
        "DERMIS_WEBHOOK_NETWORKS",
        "none",
        "addresses and networks that webhooks may call although they are private, also by `http`, "
        "parted by commas; else only public addresses are called, by `https`",
    ),
    Setting(
        "DERMIS_PURGE_TOKEN",
        "none",
        "the API token of Fastly or Cloudflare, for webhooks that purge; only that host, and the "
        "networks above, are sent it",
    ),
    Setting("DERMIS_LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`; JSON lines"),
)

_NEARLY: Final = 75
# Percent of the letters, as rapidfuzz counts them; one or two mistakes in a name.

_LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_HOST: Final = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
_PORT: Final = r"(?::(?:[0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-5][0-9]{2}))?"
_REDIS: Final = re.compile(rf"rediss?://(?:[^/?#@\s]*@)?{_HOST}{_PORT}(?:/[0-9]{{0,4}})?")
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,500}")
_ISSUER: Final = re.compile(rf"https?://{_HOST}{_PORT}(?:/[A-Za-z0-9._~/-]*)?")
_ORIGIN: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](?::[0-9]{1,5})?"
)


class SettingsRefused(Exception):
    """The environment does not make valid settings; says of each what to set."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Settings:
    """Valid settings. `secret_key` is None when it is to be generated in the home.

    Made without an environment they limit nobody.
    """

    production: bool = False
    home: Path = Path(".dermis")
    database_url: str = ""
    search: str = WHOOSH
    secret_key: str | None = field(default=None, repr=False)
    locale: str = "en"
    url_template: str = _URL_TEMPLATE
    public_url: str = _PUBLIC_URL
    trusted_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ("*",)
    max_age: int = 60
    cache_bytes: int = 64_000_000
    snapshot_days: int = 7
    insight_days: int = 90
    rules: Rules = field(default_factory=Rules)
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    max_bytes: int = 5_000_000
    rate_limit: Quota | None = None
    admin_rate_limit: Quota | None = None
    redis_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    webhook_networks: tuple[Network, ...] = ()
    purge_token: str | None = field(default=None, repr=False)
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read and check the settings. Raises `SettingsRefused` with every reason at once."""
        reader = _Reader(environment)
        home = Path(reader.text("DERMIS_HOME", ".dermis")).absolute()
        snapshot_days = reader.number("DERMIS_SNAPSHOT_DAYS", 7, 0, 36_500)
        settings = cls(
            production=reader.choice("DERMIS_ENV", ("development", "production")) == "production",
            home=home,
            database_url=reader.text("DERMIS_DATABASE_URL", _embedded_url(home)),
            search=reader.choice("DERMIS_SEARCH", (WHOOSH, POSTGRES)),
            secret_key=reader.text("DERMIS_SECRET_KEY", "") or None,
            locale=reader.text("DERMIS_LOCALE", "en"),
            url_template=reader.text("DERMIS_URL_TEMPLATE", _URL_TEMPLATE),
            public_url=reader.text("DERMIS_PUBLIC_URL", _PUBLIC_URL).rstrip("/"),
            trusted_hosts=reader.names("DERMIS_TRUSTED_HOSTS", ""),
            cors_origins=reader.names("DERMIS_CORS_ORIGINS", "*"),
            max_age=reader.number("DERMIS_MAX_AGE", 60, 0, 31_536_000),
            cache_bytes=reader.number("DERMIS_CACHE_BYTES", 64_000_000, 0, 64_000_000_000),
            snapshot_days=snapshot_days,
            insight_days=reader.number("DERMIS_INSIGHT_DAYS", 90, 0, 3_650),
            rules=reader.rules(snapshot_days),
            oidc_issuer=reader.text("DERMIS_OIDC_ISSUER", "") or None,
            oidc_client_id=reader.text("DERMIS_OIDC_CLIENT_ID", ""),
            oidc_client_secret=reader.text("DERMIS_OIDC_CLIENT_SECRET", ""),
            max_bytes=reader.number("DERMIS_MAX_BYTES", 5_000_000, 1_000, 100_000_000),
            rate_limit=reader.quota("DERMIS_RATE_LIMIT", "6000/minute"),
            admin_rate_limit=reader.quota("DERMIS_ADMIN_RATE_LIMIT", "600/minute"),
            redis_url=reader.text("DERMIS_REDIS_URL", "") or None,
            trusted_proxies=reader.networks("DERMIS_TRUSTED_PROXIES"),
            webhook_networks=reader.networks("DERMIS_WEBHOOK_NETWORKS"),
            purge_token=reader.text("DERMIS_PURGE_TOKEN", "") or None,
            log_level=reader.choice("DERMIS_LOG_LEVEL", _LOG_LEVELS, "INFO"),
        )
        reasons = [*reader.reasons, *_misspelt(environment), *_wrong(settings)]
        if settings.production:
            reasons += _unsafe(settings, environment)
        if reasons:
            raise SettingsRefused(reasons)
        return settings

    @property
    def embedded_path(self) -> Path | None:
        """The file of an SQLite database, which Dermis migrates by itself; else None."""
        parts = make_url(self.database_url)
        if parts.get_backend_name() != "sqlite" or not parts.database:
            return None
        return Path(parts.database).absolute()

    @property
    def media_path(self) -> Path:
        """The folder of the pictures."""
        return self.home / "media"

    def signing_key(self) -> bytes:
        """The secret key; generated once in the home, readable by its owner alone, if not set."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.home / "secret"
        if not path.exists():
            _generate_secret(path)
        return path.read_bytes()


class _Reader:
    """Reads variables, and remembers what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.reasons: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.environment.get(name, "").strip() or default

    def names(self, name: str, default: str) -> tuple[str, ...]:
        listed = self.text(name, default).split(",")
        return tuple(each.strip() for each in listed if each.strip())

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(name, default or choices[0])
        if value not in choices:
            self.reasons.append(f"{name} is '{value}': set it to one of {', '.join(choices)}.")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if value.isdecimal() and len(value) < 12 and least <= int(value) <= most:
            return int(value)
        self.reasons.append(f"{name} is '{value}': set it to a number from {least} to {most}.")
        return default

    def quota(self, name: str, default: str) -> Quota | None:
        value = self.text(name, default)
        try:
            return None if value == "off" else Quota.parse(value)
        except ValueError:
            self.reasons.append(f"{name} is '{value}': write it as {default}, or off.")
        return None

    def rules(self, snapshot_days: int) -> Rules:
        days = partial(self.number, least=1, most=3_650)
        # What is purged cannot be read as it was either, so it stays for as long as that can be.
        kept = max(days("DERMIS_TRASH_DAYS", 30), snapshot_days)
        return Rules(
            review_required=self.choice("DERMIS_REVIEW_REQUIRED", ("no", "yes")) == "yes",
            review_lasts=timedelta(days=days("DERMIS_REVIEW_DAYS", 365)),
            trash_lasts=timedelta(days=kept),
            session_idles=timedelta(hours=self.number("DERMIS_SESSION_HOURS", 12, 1, 720)),
        )

    def networks(self, name: str) -> tuple[Network, ...]:
        try:
            return networks(self.names(name, ""))
        except ValueError as error:
            self.reasons.append(f"{name}: {error} Write addresses and networks as 10.0.0.0/8.")
        return ()


def _generate_secret(path: Path) -> None:
    """Write the whole secret elsewhere and link it in place: no process ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, written = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):  # Another process was first: its secret counts.
        path.hardlink_to(written)
    Path(written).unlink()


def _embedded_url(home: Path) -> str:
    # Put together by the library, because a path may hold signs that mean something in a URL.
    return URL.create("sqlite", database=str(home / "library.db")).render_as_string()


def _misspelt(environment: Mapping[str, str]) -> Iterator[str]:
    """What is nearly a setting was meant as one; other variables may belong to somebody else."""
    known = {setting.name.removeprefix(PREFIX) for setting in SETTINGS}
    for name in sorted(environment):
        own = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and own not in known:
            meant = process.extractOne(own, known, scorer=fuzz.ratio, score_cutoff=_NEARLY)
            if meant:
                yield f"{name} is not a setting: did you mean {PREFIX}{meant[0]}?"


def _wrong(settings: Settings) -> list[str]:
    reasons = []
    if not LOCALE.fullmatch(settings.locale):
        reasons.append(
            f"DERMIS_LOCALE is '{settings.locale}': set a language tag such as en or de-CH."
        )
    objection = template_objection(settings.url_template)
    if objection:
        reasons.append(f"DERMIS_URL_TEMPLATE is no address of an article: {objection}.")
    objection = base_objection(settings.public_url)
    if objection:
        reasons.append(f"DERMIS_PUBLIC_URL is no address of this API: {objection}.")
    if settings.purge_token is not None and not _TOKEN.fullmatch(settings.purge_token):
        # The reason does not repeat it.
        reasons.append("DERMIS_PURGE_TOKEN has a character that no token has: set it as it is.")
    if settings.secret_key is not None and len(settings.secret_key) < 32:
        reasons.append("DERMIS_SECRET_KEY is too short: set at least 32 characters.")
    reasons += [
        f"DERMIS_CORS_ORIGINS has '{origin}': write origins as https://www.example.org."
        for origin in settings.cors_origins
        if origin != "*" and not _ORIGIN.fullmatch(origin)
    ]
    return [
        *reasons,
        *_wrong_database(settings.database_url),
        *_wrong_search(settings),
        *_wrong_redis(settings.redis_url),
        *_wrong_provider(settings),
    ]


def _wrong_database(url: str) -> list[str]:
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):  # The latter for a port that is no number.
        parts = URL.create("unreadable")
    if parts.drivername == "postgresql+psycopg":
        return []
    # A database in memory would be another one on each connection.
    in_file = parts.database not in {None, "", ":memory:"}
    if parts.drivername in {"sqlite", "sqlite+pysqlite"} and in_file:
        return []
    return ["DERMIS_DATABASE_URL must be sqlite:///<path> or postgresql+psycopg://<host>/<name>."]


def _wrong_search(settings: Settings) -> list[str]:
    if settings.search != POSTGRES or not settings.database_url.startswith("sqlite"):
        return []
    reason = (
        "DERMIS_SEARCH is 'postgres', but the database is SQLite: set DERMIS_DATABASE_URL to "
        "postgresql+psycopg://<host>/<name>, or DERMIS_SEARCH to whoosh."
    )
    return [reason]


def _wrong_redis(url: str | None) -> list[str]:
    if url is None:
        return []
    # Neither of the reasons repeats the URL, which may hold a password.
    if not _REDIS.fullmatch(url):
        return ["DERMIS_REDIS_URL must be redis://<host>:<port>/<number>, or rediss:// likewise."]
    if importlib.util.find_spec("redis") is None:
        return ["DERMIS_REDIS_URL needs the extra: pip install 'dermis[redis]'."]
    return []


def _wrong_provider(settings: Settings) -> Iterator[str]:
    named = (settings.oidc_client_id, settings.oidc_client_secret)
    if settings.oidc_issuer is None:
        if any(named):
            yield "DERMIS_OIDC_ISSUER is not set: name the provider that knows this client."
        return
    if not _ISSUER.fullmatch(settings.oidc_issuer):
        yield "DERMIS_OIDC_ISSUER must be an address such as https://login.example.org/staff."
    if not all(named):
        yield "DERMIS_OIDC_ISSUER needs DERMIS_OIDC_CLIENT_ID and DERMIS_OIDC_CLIENT_SECRET too."
    if any(importlib.util.find_spec(name) is None for name in ("authlib", "urllib3")):
        yield "DERMIS_OIDC_ISSUER needs the extra: pip install 'dermis[sso]'."


def _unsafe(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    reasons = []
    if settings.secret_key is None:
        reasons.append("DERMIS_SECRET_KEY is not set: production needs one of 32 characters.")
    if not settings.trusted_hosts:
        reasons.append("DERMIS_TRUSTED_HOSTS is not set: name the hosts to answer for.")
    if not environment.get("DERMIS_HOME", "").startswith("/"):
        reasons.append("DERMIS_HOME must be an absolute path in production.")
    if (settings.oidc_issuer or "https://").startswith("http://"):
        reasons.append("DERMIS_OIDC_ISSUER must be an https address in production.")
    if "DERMIS_CORS_ORIGINS" not in environment:
        reasons.append("DERMIS_CORS_ORIGINS is not set: name the origins, or * for all.")
    return reasons
