"""One frozen `Settings`, built from the environment; every unsafe or unreadable value is named before the start."""

from __future__ import annotations

import base64
import functools
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from cognitive_assessment.errors import InvalidSettings

_SOURCES = Path(__file__).resolve().parents[3]
# installed without its sources, the system keeps its data under the folder it is started in
REPOSITORY_ROOT = _SOURCES if (_SOURCES / "backend" / "pyproject.toml").is_file() else Path.cwd()
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What one environment variable is for; `default` is written as a person would set it."""

    name: str
    purpose: str
    default: str | None
    parse: Callable[[str], object]
    is_secret: bool = False


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19):
        raise ValueError("this is a whole number")
    return int(text)


def _port(text: str) -> int:
    value = _whole_number(text)
    if not 0 < value < 65536:
        raise ValueError("a port lies between 1 and 65535")
    return value


def _count(text: str) -> int:
    value = _whole_number(text)
    if value < 0:
        raise ValueError("this cannot be negative")
    return value


def _positive(text: str) -> int:
    value = _whole_number(text)
    if value < 1:
        raise ValueError("at least 1 is needed")
    return value


def _database_url(text: str) -> str:
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    raise ValueError("a PostgreSQL address starts with postgresql://")


def _master_key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise ValueError("the master key is written as 64 hexadecimal digits") from error
    if len(key) != 32 or len(set(key)) < 8:
        raise ValueError("the master key is 32 random bytes, written as 64 hexadecimal digits")
    return key


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("a web address starts with http:// or https://")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("browsers give the microphone to https pages only")
    return text.rstrip("/")


def _tokens(text: str) -> str:
    return ",".join(_token(part) for part in text.split(","))


def _token(text: str) -> str:
    if len(text) < 20 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("a token has at least 20 letters and digits")
    return text


def _blob_token(text: str) -> str:
    if not re.fullmatch(r"vercel_blob_rw_[A-Za-z0-9]+_[A-Za-z0-9]{20,}", text):
        raise ValueError("a token of Vercel Blob is written vercel_blob_rw_<store>_<letters and digits>")
    return text


def _blob_place(text: str) -> str:
    if not text.startswith("s3://"):
        return str(_path(text))
    parts = urlsplit(text)
    if not re.fullmatch(r"/[a-z0-9][a-z0-9.-]+", parts.path) or (parts.username is None) != (parts.password is None):
        raise ValueError("a second store is a folder, or s3://KEY:SECRET@HOST/BUCKET?region=REGION")
    return text


def _public_key(text: str) -> str:
    key = text.replace("\\n", "\n").strip()
    if not (key.startswith("-----BEGIN PUBLIC KEY-----") and key.endswith("-----END PUBLIC KEY-----")):
        raise ValueError("a public key in PEM, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----")
    return key


def _service(text: str) -> str:
    parts = urlsplit(text)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise ValueError("the address of a service starts with https://")
    return text.rstrip("/")


def _issuer(text: str) -> str:
    _service(text)
    return text  # it is compared letter by letter


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _dsn(text: str) -> str:
    parts = urlsplit(text)
    _service(text)
    if not parts.username or not parts.path.rpartition("/")[2].isdigit():
        raise ValueError("a DSN looks like https://KEY@HOST/NUMBER")
    if parts.password is not None:
        raise ValueError("browsers are told this DSN, so it must not hold a secret key (https://KEY:SECRET@...)")
    return text


def _label(text: str) -> str:
    if not re.fullmatch(r"[\w.@+-]{1,64}", text, re.ASCII):
        raise ValueError("up to 64 letters, digits and . _ @ + -")
    return text


def _redis_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("a Redis address starts with redis:// or, with TLS, rediss://")
    return text


def _scanner(text: str) -> str:
    parts = urlsplit(text)
    is_tcp = parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path
    is_unix = parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
    if not (is_tcp or is_unix) or parts.username is not None or parts.query:
        raise ValueError("the address of a clamd, as tcp://HOST:3310 or unix:///run/clamav/clamd.ctl")
    return text


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_web_address(part.strip()) for part in text.split(",") if part.strip())


def _webhook_secrets(text: str) -> str:
    return ",".join(_webhook_secret(part) for part in text.split(","))


def _host_names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not all(re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name) for name in names):
        raise ValueError("names of hosts without https:// and port, with commas between")
    return names


def _webhook_secret(text: str) -> str:
    try:
        is_key = len(base64.b64decode(text.removeprefix("whsec_"), validate=True)) >= 16
    except ValueError:
        is_key = False
    if not is_key:
        raise ValueError("a signing secret starts with whsec_ and goes on in base64")
    return text


def _named(text: str) -> tuple[tuple[str, str], ...]:
    """`NAME=VALUE; NAME=VALUE`, in the order in which they are written."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    found = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    if not all(name and value for name, value in found):
        raise ValueError(
            "names with their values, as in: Primary=Ada, +44 20 7946 0000; Secondary=Bo, +44 20 7946 0001"
        )
    return found


def _addresses(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, _service(address)) for name, address in _named(text))


def _log_level(text: str) -> str:
    level = text.upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("one of DEBUG, INFO, WARNING, ERROR")
    return level


def _switch(text: str) -> bool:
    if text not in {"on", "off"}:
        raise ValueError("on or off")
    return text == "on"


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _folder(text: str) -> Path:
    folder = _path(text)
    if not folder.is_dir():
        raise ValueError("there is no such folder")
    return folder


CIPHERS = ("AES-256-GCM", "ChaCha20-Poly1305")  # in the order of the numbers under which stored bytes name them


def _cipher(text: str) -> str:
    if text not in CIPHERS:
        raise ValueError(f"one of {', '.join(CIPHERS)}")
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting("CAS_DATA_DIR", "Folder of everything that the system keeps.", str(REPOSITORY_ROOT / "var"), _path),
    Setting("CAS_HOST", "Address on which the system listens.", "127.0.0.1", str),
    Setting("CAS_PORT", "Port on which the system listens.", "8000", _port),
    Setting("CAS_PUBLIC_URL", "Address that invitations name; without it, the one listened on.", None, _web_address),
    Setting(
        "CAS_PROXIES",
        "Proxies in front, each adding X-Forwarded-For; without it, 1 if CAS_PUBLIC_URL is https.",
        None,
        _count,
    ),
    Setting("CAS_ALLOWED_HOSTS", "Further names that people reach it by, with commas between.", "", _host_names),
    Setting("DATABASE_URL", "PostgreSQL 15+, as its owner; without it the embedded one.", None, _database_url, True),
    Setting("CAS_DATABASE_APP_URL", "The same, as the role that serves; without it made.", None, _database_url, True),
    Setting("CAS_DATABASE_REPLICA_URL", "A copy that follows it, for reports.", None, _database_url, True),
    Setting("CAS_MASTER_KEY", "Master key in hex; without it, made in the data folder.", None, _master_key, True),
    Setting("CAS_MASTER_KEY_BEFORE", "The one before it, while it is being replaced.", None, _master_key, True),
    Setting("CAS_CIPHER", f"What is encrypted from now on is so by: {' or '.join(CIPHERS)}.", CIPHERS[0], _cipher),
    Setting(
        "CAS_ASR_MODEL", "tiny.en, base or a folder; answers heard by the others are all reviewed.", "tiny.en", str
    ),
    Setting("CAS_MODELS_DIR", "Folder of model.pkl and its manifest.", str(REPOSITORY_ROOT / "models"), _path),
    Setting("CAS_INSTRUMENTS_DIR", "Folder of further instruments and batteries as data.", None, _folder),
    Setting("CAS_FRONTEND_DIR", "Folder of the built pages.", str(REPOSITORY_ROOT / "frontend" / "out"), _path),
    Setting("CAS_WORKERS", "Number of workers that `cas serve` starts.", "1", _count),
    Setting("CAS_API_THREADS", "Number of requests that the API handles at once.", "8", _positive),
    Setting("CAS_MIN_FREE_BYTES", "Uploads are refused while less than this is free on disk.", "500000000", _count),
    Setting("CAS_SESSION_MAX_BYTES", "Bytes that the recordings of one session may have.", "10737418240", _positive),
    Setting("CAS_SESSION_MAX_RECORDINGS", "Recordings that one session may have.", "2000", _positive),
    Setting("CAS_S3_BUCKET", "Bucket of the recordings; without it, they are in the data folder.", None, str),
    Setting("CAS_S3_ENDPOINT", "Address of the bucket's server, if it is not Amazon's.", None, _service),
    Setting("CAS_S3_REGION", "Region of the bucket.", "us-east-1", str),
    Setting("CAS_S3_ACCESS_KEY_ID", "Name of the bucket's key; without it, found as its client does.", None, str),
    Setting("CAS_S3_SECRET_ACCESS_KEY", "The bucket's key itself.", None, str, True),
    Setting("BLOB_READ_WRITE_TOKEN", "Token of a store of Vercel Blob, in place of a bucket.", None, _blob_token, True),
    Setting("VERCEL_BLOB_API_URL", "Where Vercel Blob is asked.", "https://vercel.com/api/blob", _service),
    Setting(
        "CAS_BLOB_MIRROR",
        "Second store of the recordings: a folder, or s3://KEY:SECRET@HOST/BUCKET; without it, none.",
        None,
        _blob_place,
        True,
    ),
    Setting(
        "CAS_BLOB_MIRROR_AT_ONCE",
        "A recording is acknowledged once both stores hold it: on; off: copied afterwards.",
        "on",
        _switch,
    ),
    Setting(
        "CAS_SCANNER",
        "clamd that looks at recordings before they are opened: tcp://HOST:3310 or unix:///PATH; without it, none.",
        None,
        _scanner,
    ),
    Setting("CAS_BACKUP_DIR", "Folder of the backups; without it, `backups` in the data folder.", None, _path),
    Setting("CAS_BACKUP_IDENTITY", "age identity of the backups; without it, made beside the data.", None, str, True),
    Setting("CAS_BACKUP_EVERY_S", "Seconds from one backup to the next while serving; 0 for none.", "3600", _count),
    Setting(
        "CAS_ARCHIVE", "Archive every commit of the embedded database beside the backups: on or off.", "on", _switch
    ),
    Setting(
        "CAS_REQUIRE_SECOND_FACTOR",
        "Staff need a second factor: on or off; without it, on unless only this machine gets in.",
        None,
        _switch,
    ),
    Setting("CAS_STAFF_IDLE_MINUTES", "Minutes without use after which staff are signed out.", "30", _positive),
    Setting("CAS_STAFF_SIGN_IN_HOURS", "Hours after which staff sign in again in any case.", "12", _positive),
    Setting("CAS_CALLS_PER_MINUTE", "Calls of one sign-in, uploads twice as many; 0: no limit.", "600", _count),
    Setting("CAS_CALLS_PER_MINUTE_AND_ADDRESS", "Calls of everybody at one address; 0: no limit.", "6000", _count),
    Setting("CAS_SIGN_INS_PER_MINUTE_AND_ADDRESS", "Tries of passwords, codes and links; 0: no limit.", "60", _count),
    Setting("CLERK_JWT_KEY", "Public key of the Clerk instance, to verify without network.", None, _public_key),
    Setting("CLERK_SECRET_KEY", "Secret key of the Clerk instance, to fetch its public keys.", None, _token, True),
    Setting("CLERK_API_URL", "Where those keys are fetched.", "https://api.clerk.com", _service),
    Setting(
        "CLERK_AUTHORIZED_PARTIES",
        "Origins whose Clerk tokens are taken, with commas between; without it, CAS_PUBLIC_URL.",
        None,
        _origins,
    ),
    Setting("CLERK_WEBHOOK_SIGNING_SECRET", "Secret of Clerk's webhooks.", None, _webhook_secrets, True),
    Setting("CAS_OIDC_ISSUER", "OpenID Connect issuer whose tokens are taken.", None, _issuer),
    Setting("CAS_OIDC_AUDIENCE", "The audience that its tokens must name.", None, str),
    Setting(
        "CAS_IDENTITY_STRENGTH",
        "Values of acr or amr in a provider's token that show a second factor, with commas; any: it is trusted to ask.",
        "mfa",
        _words,
    ),
    Setting(
        "CAS_RSA_2048",
        "Take RSA keys of 2048 bits (112 bits of strength) of providers and passkeys: on or off; without it, on "
        "where Clerk is set, which has no others.",
        None,
        _switch,
    ),
    Setting("CAS_METRICS_TOKEN", "Token with which /metrics is read; without it, on loopback.", None, _tokens, True),
    Setting("CAS_ALERT_EVERY_S", "Seconds from one look at the alerts to the next; 0 where others look.", "15", _count),
    Setting("CAS_ALERT_WEBHOOK_URL", "Webhook, as Slack's, that is told of alerts.", None, _service, True),
    Setting("CAS_RUNBOOK_URL", "Where alerts say that the runbook is.", "docs/RUNBOOK.md", str),
    Setting("CAS_ON_CALL", "Who is on call now, or the address of the schedule.", None, str),
    Setting("CAS_EMERGENCY_CONTACTS", "Whom to call: Primary=NAME, NUMBER; Secondary=NAME, NUMBER.", "", _named),
    Setting("CAS_CONTACTS", "Who answers for what: DevOps lead=NAME, HOW; Security officer=NAME, HOW.", "", _named),
    Setting(
        "CAS_ADDRESSES",
        "Access points and consoles, as Neon=https://console.neon.tech; Sentry=https://sentry.io.",
        "",
        _addresses,
    ),
    Setting("REDIS_URL", "Redis that machines share cache and limits in; without it, none.", None, _redis_url, True),
    Setting(
        "CAS_PRIVATE_NETWORK",
        "Hosts of database, Redis and scanner that are reached without TLS, over a network that nobody else is on.",
        "",
        _host_names,
    ),
    Setting("OTEL_EXPORTER_OTLP_ENDPOINT", "Collector that traces are sent to, by OTLP over HTTP.", None, _service),
    Setting("CAS_LOG_COLLECTOR", "Collector that log lines are sent to as well, by OTLP over HTTP.", None, _service),
    Setting(
        "SENTRY_DSN", "Where unforeseen errors are reported, in Sentry's protocol; without it, nowhere.", None, _dsn
    ),
    Setting("SENTRY_RELEASE", "Name of the release in these reports; without it, the version.", None, _label),
    Setting("SENTRY_ENVIRONMENT", "Name of this system in these reports.", "production", _label),
    Setting("CAS_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", "INFO", _log_level),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the system; the fields follow `SETTINGS`."""

    data_dir: Path
    host: str
    port: int
    public_url: str
    proxies: int
    allowed_hosts: tuple[str, ...]
    database_url: str | None
    database_app_url: str | None
    database_replica_url: str | None
    master_key: bytes | None
    master_key_before: bytes | None
    cipher: str
    asr_model: str
    models_dir: Path
    instruments_dir: Path | None
    frontend_dir: Path
    workers: int
    api_threads: int
    min_free_bytes: int
    session_max_bytes: int
    session_max_recordings: int
    s3_bucket: str | None
    s3_endpoint: str | None
    s3_region: str
    s3_access_key_id: str | None
    s3_secret_access_key: str | None
    blob_read_write_token: str | None
    vercel_blob_api_url: str
    blob_mirror: str | None
    blob_mirror_at_once: bool
    scanner: str | None
    backup_dir: Path
    backup_identity: str | None
    backup_every_s: int
    archive: bool
    require_second_factor: bool
    staff_idle_minutes: int
    staff_sign_in_hours: int
    calls_per_minute: int
    calls_per_minute_and_address: int
    sign_ins_per_minute_and_address: int
    clerk_jwt_key: str | None
    clerk_secret_key: str | None
    clerk_api_url: str
    clerk_authorized_parties: tuple[str, ...]
    clerk_webhook_signing_secret: str | None
    oidc_issuer: str | None
    oidc_audience: str | None
    rsa_2048: bool
    identity_strength: tuple[str, ...]
    metrics_token: str | None
    alert_every_s: int
    alert_webhook_url: str | None
    runbook_url: str
    on_call: str | None
    emergency_contacts: tuple[tuple[str, str], ...]
    contacts: tuple[tuple[str, str], ...]
    addresses: tuple[tuple[str, str], ...]
    redis_url: str | None
    private_network: tuple[str, ...]
    otel_exporter_otlp_endpoint: str | None
    log_collector: str | None
    sentry_dsn: str | None
    sentry_release: str | None
    sentry_environment: str
    log_level: str

    @property
    def has_embedded_database(self) -> bool:
        """Whether the system runs its own PostgreSQL."""
        return self.database_url is None and self.database_app_url is None

    @property
    def has_archive(self) -> bool:
        """Whether every commit is archived as it is made."""
        return self.archive and self.has_embedded_database

    @property
    def local_url(self) -> str:
        """Where this machine reaches the server."""
        return f"http://{_for_address(self.host)}:{self.port}"


def build(environment: Mapping[str, str]) -> Settings:
    """Read all settings; raises `InvalidSettings` that lists every fault, with what the variable is for."""
    values: dict[str, object] = {}
    environment, faults = _with_files(environment)
    for setting in SETTINGS:
        text = environment.get(setting.name) or setting.default
        try:
            values[setting.name] = None if text is None else setting.parse(text)
        except ValueError as error:
            shown = "***" if setting.is_secret else repr(text)
            faults.append(f"{setting.name}={shown}: {error}. {setting.purpose}")
    known = {setting.name for setting in SETTINGS}
    faults += [
        f"{name}: there is no such setting." for name in sorted(environment) if _looks_ours(name) and name not in known
    ]
    faults += _contradictions(values) + _unprotected(values)
    if faults:
        raise InvalidSettings("\n     ".join(faults), remedy="docs/reference/settings.md describes every setting.")
    address = f"http://{_for_address(str(values['CAS_HOST']))}:{values['CAS_PORT']}"
    values["CAS_PUBLIC_URL"] = values["CAS_PUBLIC_URL"] or address
    values["CAS_BACKUP_DIR"] = values["CAS_BACKUP_DIR"] or Path(str(values["CAS_DATA_DIR"])) / "backups"
    values["CLERK_AUTHORIZED_PARTIES"] = values["CLERK_AUTHORIZED_PARTIES"] or (values["CAS_PUBLIC_URL"],)
    if values["CAS_RSA_2048"] is None:
        values["CAS_RSA_2048"] = _has_clerk(values)
    if values["CAS_PROXIES"] is None:
        # we speak no TLS ourselves, so there is one that does
        values["CAS_PROXIES"] = int(str(values["CAS_PUBLIC_URL"]).startswith("https://"))
    if values["CAS_REQUIRE_SECOND_FACTOR"] is None:
        values["CAS_REQUIRE_SECOND_FACTOR"] = _lets_others_in(values)
    return Settings(**{_field(name): value for name, value in values.items()})  # type: ignore[arg-type]


def with_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with every secret that a file holds (`NAME_FILE`) under its name."""
    return _with_files(environment)[0]


def _with_files(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The same, with what is wrong; a value that is given itself counts, and its file is not read."""
    found, faults = dict(environment), []
    for setting in SETTINGS:
        path = found.pop(f"{setting.name}_FILE", None) if setting.is_secret else None
        if not path or found.get(setting.name):
            continue
        try:
            found[setting.name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            faults.append(f"{setting.name}_FILE={path!r}: {reason}. It names a file that holds the value.")
    return found, faults


def _unprotected(values: Mapping[str, object]) -> list[str]:
    """Connections that others could read or take the place of: no TLS, or a certificate that nobody looks at."""
    private = LOOPBACK | set(values.get("CAS_PRIVATE_NETWORK") or ())  # type: ignore[call-overload]
    remedy = "or name the host in CAS_PRIVATE_NETWORK if nobody else is on its network"
    faults = []
    for name in ("DATABASE_URL", "CAS_DATABASE_APP_URL", "CAS_DATABASE_REPLICA_URL", "REDIS_URL", "CAS_SCANNER"):
        parts = urlsplit(str(values.get(name) or ""))
        asked = dict(parse_qsl(parts.query))
        hosts = {host.lower() for host in (asked.get("host") or parts.hostname or "").split(",")}
        if all(not host or host.startswith("/") or host in private for host in hosts):
            continue
        if name == "CAS_SCANNER":
            faults.append(
                f"{name}: recordings go to {', '.join(sorted(hosts))} in the clear, and clamd knows no TLS. Let it run "
                f"on this machine, {remedy}."
            )
        elif name != "REDIS_URL" and asked.get("sslmode") != "verify-full":
            faults.append(
                f"{name}: the way to {', '.join(sorted(hosts))} is open to others. End it in ?sslmode=verify-full"
                f"&sslrootcert=/etc/ssl/certs/ca-certificates.crt, {remedy}."
            )
        elif name == "REDIS_URL" and (
            parts.scheme != "rediss" or asked.keys() & {"ssl_cert_reqs", "ssl_check_hostname"}
        ):
            faults.append(
                f"{name}: the way to {', '.join(sorted(hosts))} is open to others. Begin it with rediss:// and leave "
                f"the checks of its certificate as they are, {remedy}."
            )
    return faults


def _lets_others_in(values: Mapping[str, object]) -> bool:
    """Whether another machine can try a password: by the address listened on, or by a proxy's that is public."""
    return not {str(values["CAS_HOST"]), urlsplit(str(values["CAS_PUBLIC_URL"])).hostname or ""} <= LOOPBACK


def _has_clerk(values: Mapping[str, object]) -> bool:
    return values.get("CLERK_JWT_KEY") is not None or values.get("CLERK_SECRET_KEY") is not None


def _contradictions(values: Mapping[str, object]) -> list[str]:
    """Values that are well written each by itself and unsafe together."""
    faults = []
    owner = values.get("DATABASE_URL")
    for name in ("CAS_DATABASE_APP_URL", "CAS_DATABASE_REPLICA_URL"):
        if owner and values.get(name) and urlsplit(str(owner)).username == urlsplit(str(values[name])).username:
            faults.append(f"{name} names the same role as DATABASE_URL: the role that serves must own nothing.")
    if values.get("CAS_RSA_2048") is False and _has_clerk(values):
        faults.append("CAS_RSA_2048=off: Clerk signs with RSA keys of 2048 bits, so its tokens would never be taken.")
    if (values.get("CAS_OIDC_ISSUER") is None) != (values.get("CAS_OIDC_AUDIENCE") is None):
        faults.append("CAS_OIDC_ISSUER needs CAS_OIDC_AUDIENCE, and the other way round: for whom its tokens are made.")
    if values.get("CAS_MASTER_KEY_BEFORE") and values["CAS_MASTER_KEY_BEFORE"] == values.get("CAS_MASTER_KEY"):
        faults.append("CAS_MASTER_KEY_BEFORE is CAS_MASTER_KEY itself: it names the key that is being replaced.")
    faults += _contradicting_stores(values)
    for name in ("CAS_DATA_DIR", "CAS_BACKUP_DIR"):
        folder = values.get(name)
        if isinstance(folder, Path) and (blocked := _first_file_in(folder)) is not None:
            faults.append(f"{name}={folder}: {blocked} is a file, not a folder.")
    if "CAS_HOST" in values and values["CAS_HOST"] not in LOOPBACK and values.get("CAS_PUBLIC_URL", "-") is None:
        faults.append("CAS_HOST lets other machines in: CAS_PUBLIC_URL must say the https address that they use.")
    return faults


def _contradicting_stores(values: Mapping[str, object]) -> list[str]:
    """The same of where recordings lie."""
    faults = []
    if (values.get("CAS_S3_ACCESS_KEY_ID") is None) != (values.get("CAS_S3_SECRET_ACCESS_KEY") is None):
        faults.append("CAS_S3_ACCESS_KEY_ID needs CAS_S3_SECRET_ACCESS_KEY, and the other way round.")
    if values.get("CAS_S3_BUCKET") and values.get("BLOB_READ_WRITE_TOKEN"):
        faults.append(
            "CAS_S3_BUCKET and BLOB_READ_WRITE_TOKEN: recordings lie in one place, so set only one of the two."
        )
    mirror, data_dir = values.get("CAS_BLOB_MIRROR"), values.get("CAS_DATA_DIR")
    if isinstance(mirror, str) and isinstance(data_dir, Path) and Path(mirror).is_relative_to(data_dir):
        faults.append("CAS_BLOB_MIRROR lies in CAS_DATA_DIR: what loses the first store would lose the second.")
    return faults


def _first_file_in(folder: Path) -> Path | None:
    """What stands in the way of a folder: the first of its parts that is there and is no folder."""
    return next((part for part in (folder, *folder.parents) if part.exists() and not part.is_dir()), None)


def _for_address(host: str) -> str:
    """A host as it stands in a web address of this machine; one that means every address is reached at loopback."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def described() -> list[dict[str, str]]:
    """Every setting as the reference page and `cas doctor` print it."""
    return [
        {
            "name": setting.name,
            "purpose": setting.purpose,
            "default": _portable(setting.default),
            "secret": "yes" if setting.is_secret else "no",
        }
        for setting in SETTINGS
    ]


def _portable(default: str | None) -> str:
    """A default without the place where this copy happens to be installed."""
    return "" if default is None else default.replace(f"{REPOSITORY_ROOT}{os.sep}", "")


def _field(name: str) -> str:
    return name.removeprefix("CAS_").lower()


def _looks_ours(name: str) -> bool:
    # CAS_BROWSER and CAS_BENCH_* steer tests and benchmarks, not the system
    return name.startswith("CAS_") and not name.startswith(("CAS_BROWSER", "CAS_BENCH_", "CAS_E2E_"))


@functools.cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return build(os.environ)
