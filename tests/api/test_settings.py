"""Settings are read once, checked all together, and documented in one table."""

import re
import stat
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

import pytest

from api import settings as module
from api.quotas import Quota
from api.settings import SETTINGS, Settings, SettingsRefused

PROVIDER: Final = {
    "DERMIS_OIDC_ISSUER": "https://login.example/staff",
    "DERMIS_OIDC_CLIENT_ID": "dermis",
    "DERMIS_OIDC_CLIENT_SECRET": "hush",
}
OTHERS: Final[dict[str, tuple[str, Callable[[Settings], Any], Any]]] = {
    "DERMIS_ENV": ("development", lambda found: found.production, False),
    "DERMIS_HOME": ("/srv/dermis", lambda found: found.home, Path("/srv/dermis")),
    "DERMIS_DATABASE_URL": (
        "postgresql+psycopg://db/dermis",
        lambda found: found.database_url,
        "postgresql+psycopg://db/dermis",
    ),
    "DERMIS_SEARCH": ("whoosh", lambda found: found.search, "whoosh"),
    "DERMIS_SECRET_KEY": ("k" * 32, lambda found: found.signing_key(), b"k" * 32),
    "DERMIS_LOCALE": ("de-CH", lambda found: found.locale, "de-CH"),
    "DERMIS_URL_TEMPLATE": (
        "https://{locale}.example.org/care/{slug}",
        lambda found: found.url_template,
        "https://{locale}.example.org/care/{slug}",
    ),
    "DERMIS_PUBLIC_URL": (
        "https://www.example.org/content",
        lambda found: found.public_url,
        "https://www.example.org/content",
    ),
    "DERMIS_TRUSTED_HOSTS": ("a.example, b.example", lambda f: f.trusted_hosts, None),
    "DERMIS_CORS_ORIGINS": ("https://a.example", lambda f: f.cors_origins, ("https://a.example",)),
    "DERMIS_MAX_AGE": ("0", lambda found: found.max_age, 0),
    "DERMIS_CACHE_BYTES": ("0", lambda found: found.cache_bytes, 0),
    "DERMIS_SNAPSHOT_DAYS": ("30", lambda found: found.snapshot_days, 30),
    "DERMIS_INSIGHT_DAYS": ("7", lambda found: found.insight_days, 7),
    "DERMIS_REVIEW_REQUIRED": ("yes", lambda found: found.rules.review_required, True),
    "DERMIS_REVIEW_DAYS": ("90", lambda f: f.rules.review_lasts, timedelta(days=90)),
    "DERMIS_TRASH_DAYS": ("7", lambda found: found.rules.trash_lasts, timedelta(days=7)),
    "DERMIS_SESSION_HOURS": ("2", lambda found: found.rules.session_idles, timedelta(hours=2)),
    "DERMIS_OIDC_ISSUER": (
        "https://login.example/staff",
        lambda found: found.oidc_issuer,
        "https://login.example/staff",
    ),
    "DERMIS_OIDC_CLIENT_ID": ("dermis", lambda found: found.oidc_client_id, "dermis"),
    "DERMIS_OIDC_CLIENT_SECRET": ("hush", lambda found: found.oidc_client_secret, "hush"),
    "DERMIS_MAX_BYTES": ("1000", lambda found: found.max_bytes, 1000),
    "DERMIS_RATE_LIMIT": ("5/second", lambda found: found.rate_limit, Quota(5, 1)),
    "DERMIS_ADMIN_RATE_LIMIT": ("9/day", lambda found: found.admin_rate_limit, Quota(9, 86_400)),
    "DERMIS_REDIS_URL": (
        "rediss://:password@cache.example:6380/1",
        lambda found: found.redis_url,
        "rediss://:password@cache.example:6380/1",
    ),
    "DERMIS_TRUSTED_PROXIES": (
        "10.0.0.1, fd00::/8",
        lambda found: found.trusted_proxies,
        (ip_network("10.0.0.1/32"), ip_network("fd00::/8")),
    ),
    "DERMIS_WEBHOOK_NETWORKS": (
        "10.1.2.3",
        lambda found: found.webhook_networks,
        (ip_network("10.1.2.3/32"),),
    ),
    "DERMIS_PURGE_TOKEN": ("token", lambda found: found.purge_token, "token"),
    "DERMIS_LOG_LEVEL": ("DEBUG", lambda found: found.log_level, "DEBUG"),
}
PRODUCTION: Final = {
    "DERMIS_ENV": "production",
    "DERMIS_HOME": "/srv/dermis",
    "DERMIS_SECRET_KEY": "k" * 32,
    "DERMIS_TRUSTED_HOSTS": "api.example.org",
    "DERMIS_CORS_ORIGINS": "https://www.example.org",
}


def _refused(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        Settings.from_environment(environment)
    return caught.value.reasons


def test_the_table_lists_every_setting_that_is_read() -> None:
    read = set(re.findall(r"\bDERMIS_[A-Z_]+\b", Path(module.__file__).read_text()))
    assert {setting.name for setting in SETTINGS} == read == set(OTHERS)


@pytest.mark.parametrize("name", OTHERS)
def test_each_setting_is_read(name: str) -> None:
    value, read, expected = OTHERS[name]
    beside = PROVIDER if name in PROVIDER else {}
    found = read(Settings.from_environment({**beside, name: value}))
    assert found == (("a.example", "b.example") if expected is None else expected)


def test_each_setting_has_its_default_and_its_meaning() -> None:
    assert all(setting.default and setting.meaning for setting in SETTINGS)
    found = Settings.from_environment({})
    shown = {setting.name: setting.default for setting in SETTINGS}
    assert shown["DERMIS_MAX_AGE"] == str(found.max_age)
    assert shown["DERMIS_INSIGHT_DAYS"] == str(found.insight_days)
    assert not found.rules.review_required
    assert shown["DERMIS_REVIEW_DAYS"] == str(found.rules.review_lasts.days)
    assert shown["DERMIS_TRASH_DAYS"] == str(found.rules.trash_lasts.days)
    assert shown["DERMIS_MAX_BYTES"] == str(found.max_bytes)
    assert shown["DERMIS_LOG_LEVEL"] == found.log_level
    assert shown["DERMIS_LOCALE"] == found.locale
    assert shown["DERMIS_SEARCH"] == found.search
    assert shown["DERMIS_URL_TEMPLATE"] == found.url_template
    assert shown["DERMIS_PUBLIC_URL"] == found.public_url
    assert shown["DERMIS_CORS_ORIGINS"] == ",".join(found.cors_origins)
    assert found.home == Path(shown["DERMIS_HOME"]).absolute()
    assert found.database_url == f"sqlite:///{found.home}/library.db"
    assert found.embedded_path == found.home / "library.db"
    assert found.rate_limit == Quota.parse(shown["DERMIS_RATE_LIMIT"])
    assert found.admin_rate_limit == Quota.parse(shown["DERMIS_ADMIN_RATE_LIMIT"])
    assert (found.redis_url, found.trusted_proxies) == (None, ())


def test_what_is_set_to_nothing_has_its_default() -> None:
    empty = dict.fromkeys(OTHERS, " ")
    assert Settings.from_environment(empty) == Settings.from_environment({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DERMIS_ENV", "staging"),
        ("DERMIS_DATABASE_URL", "mysql://db/dermis"),
        ("DERMIS_DATABASE_URL", "postgresql://db/dermis"),
        ("DERMIS_DATABASE_URL", "postgresql+psycopg://db:port/dermis"),
        ("DERMIS_DATABASE_URL", "library.db"),
        ("DERMIS_DATABASE_URL", "sqlite://"),
        ("DERMIS_DATABASE_URL", "sqlite:///:memory:"),
        ("DERMIS_SEARCH", "postgres"),  # The database is SQLite.
        ("DERMIS_SEARCH", "elastic"),
        ("DERMIS_SECRET_KEY", "k" * 31),
        ("DERMIS_LOCALE", "english"),
        ("DERMIS_LOCALE", "EN"),
        ("DERMIS_URL_TEMPLATE", "https://www.example.org/"),
        ("DERMIS_URL_TEMPLATE", "{slug}"),
        ("DERMIS_PUBLIC_URL", "api.example.org"),
        ("DERMIS_PUBLIC_URL", "https://api.example.org/?query"),
        ("DERMIS_CORS_ORIGINS", "www.example.org"),
        ("DERMIS_CORS_ORIGINS", "https://www.example.org/"),
        ("DERMIS_CORS_ORIGINS", "https://www.example.org?a=b"),
        ("DERMIS_CORS_ORIGINS", "https://"),
        ("DERMIS_CORS_ORIGINS", "https://[broken"),
        ("DERMIS_CORS_ORIGINS", "https://a.example,ftp://b.example"),
        ("DERMIS_MAX_AGE", "-1"),
        ("DERMIS_MAX_AGE", "1.5"),
        ("DERMIS_MAX_AGE", "a minute"),
        ("DERMIS_MAX_AGE", "9" * 5000),
        ("DERMIS_MAX_BYTES", "999"),
        ("DERMIS_MAX_BYTES", "100000001"),
        ("DERMIS_RATE_LIMIT", "100"),
        ("DERMIS_RATE_LIMIT", "0/minute"),
        ("DERMIS_RATE_LIMIT", "1/fortnight"),
        ("DERMIS_RATE_LIMIT", "1000000000/minute"),
        ("DERMIS_ADMIN_RATE_LIMIT", "100 per minute"),
        ("DERMIS_ADMIN_RATE_LIMIT", "none"),
        ("DERMIS_REDIS_URL", "cache:6379"),
        ("DERMIS_REDIS_URL", "http://cache:6379"),
        ("DERMIS_REDIS_URL", "redis://"),
        ("DERMIS_REDIS_URL", "redis://cache:port"),
        ("DERMIS_REDIS_URL", "redis://cache:70000"),
        ("DERMIS_REDIS_URL", "redis://cache/first"),
        ("DERMIS_TRUSTED_PROXIES", "1"),
        ("DERMIS_WEBHOOK_NETWORKS", "0.0.0.0/0"),
        ("DERMIS_WEBHOOK_NETWORKS", "internal"),
        ("DERMIS_PURGE_TOKEN", "a token\r\nX-Evil: 1"),
        ("DERMIS_TRUSTED_PROXIES", "proxy.example"),
        ("DERMIS_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("DERMIS_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("DERMIS_TRUSTED_PROXIES", "::/0"),
        ("DERMIS_LOG_LEVEL", "info"),
    ],
)
def test_a_wrong_value_is_told_by_the_name_of_its_variable(name: str, value: str) -> None:
    (reason,) = _refused({name: value})
    assert name in reason


def test_all_that_is_wrong_is_told_at_once() -> None:
    reasons = _refused({"DERMIS_ENV": "x", "DERMIS_MAX_AGE": "x", "DERMIS_LOCALE": "x"})
    assert [reason.split()[0] for reason in reasons] == [
        "DERMIS_ENV",
        "DERMIS_MAX_AGE",
        "DERMIS_LOCALE",
    ]


def test_a_misspelt_setting_is_refused_and_others_variables_are_not() -> None:
    (reason,) = _refused({"DERMIS_MAXAGE": "60", "HOME": "/root", "PATH": "/bin"})
    assert reason.startswith("DERMIS_MAXAGE")


def test_production_starts_when_everything_is_set() -> None:
    assert Settings.from_environment(PRODUCTION).production


@pytest.mark.parametrize("name", list(PRODUCTION)[1:])
def test_production_refuses_an_unsafe_default(name: str) -> None:
    (reason,) = _refused({key: value for key, value in PRODUCTION.items() if key != name})
    assert name in reason


def test_production_refuses_a_home_that_depends_on_where_it_starts() -> None:
    (reason,) = _refused({**PRODUCTION, "DERMIS_HOME": "data"})
    assert "DERMIS_HOME" in reason


def test_the_secret_is_never_part_of_a_refusal() -> None:
    secret = "not-long-enough-secret"
    assert secret not in " ".join(_refused({"DERMIS_SECRET_KEY": secret}))


def test_the_password_of_redis_is_never_part_of_a_refusal() -> None:
    assert "hunter2" not in " ".join(_refused({"DERMIS_REDIS_URL": "redi://:hunter2@cache"}))


@pytest.mark.parametrize("name", PROVIDER)
def test_a_provider_is_named_with_all_that_it_takes(name: str) -> None:
    (reason,) = _refused({key: value for key, value in PROVIDER.items() if key != name})
    assert name in reason
    assert "hush" not in reason


@pytest.mark.parametrize(
    "issuer", ["login.example", "ftp://login.example", "https://login.example/?a=b", "https://"]
)
def test_a_provider_has_an_address(issuer: str) -> None:
    (reason,) = _refused({**PROVIDER, "DERMIS_OIDC_ISSUER": issuer})
    assert reason.startswith("DERMIS_OIDC_ISSUER")


def test_production_asks_a_provider_over_https_alone() -> None:
    (reason,) = _refused({**PRODUCTION, **PROVIDER, "DERMIS_OIDC_ISSUER": "http://login.example"})
    assert "https" in reason


def test_the_secret_of_the_provider_is_not_shown() -> None:
    assert "hush" not in repr(Settings.from_environment(PROVIDER))


def test_limits_can_be_turned_off() -> None:
    found = Settings.from_environment(
        {"DERMIS_RATE_LIMIT": "off", "DERMIS_ADMIN_RATE_LIMIT": "off"}
    )
    assert (found.rate_limit, found.admin_rate_limit) == (None, None)


def test_a_secret_is_generated_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    key = settings.signing_key()
    assert len(key) >= 32
    assert settings.signing_key() == key
    assert Settings(home=tmp_path / "other").signing_key() != key
    path = tmp_path / "home" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_secret_that_is_set_is_not_written_down(tmp_path: Path) -> None:
    assert Settings(home=tmp_path, secret_key="k" * 32).signing_key() == b"k" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_variable_of_somebody_else_does_not_stop_the_start() -> None:
    found = Settings.from_environment({"DERMIS_TOKEN": "of the site", "DERMIS_URL": "its own"})
    assert found == Settings.from_environment({})
