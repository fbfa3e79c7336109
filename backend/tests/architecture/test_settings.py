"""Settings: the page that describes them, and what is refused."""

from __future__ import annotations

import pytest

from cognitive_assessment import config
from cognitive_assessment.errors import InvalidSettings
from cognitive_assessment.ops import settings_page


def test_the_page_of_settings_is_up_to_date():
    assert settings_page.PATH.read_text() == settings_page.page(), (
        "docs/reference/settings.md is old: .venv/bin/python -m cognitive_assessment.ops.settings_page"
    )


def test_every_setting_is_described_and_read():
    fields = set(config.Settings.__dataclass_fields__)
    assert {one["name"].removeprefix("CAS_").lower() for one in config.described()} == fields
    assert all(one["purpose"].endswith(".") for one in config.described())


def test_without_any_setting_it_is_a_system_of_this_machine_alone():
    settings = config.build({})
    assert (settings.host, settings.port, settings.has_embedded_database) == ("127.0.0.1", 8000, True)
    assert settings.public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"CAS_PORT": "eight"}, "whole number"),
        ({"CAS_PORT": "70000"}, "between 1 and 65535"),
        ({"CAS_PROT": "8000"}, "no such setting"),
        ({"CAS_HOST": "0.0.0.0"}, "CAS_PUBLIC_URL"),
        ({"CAS_PUBLIC_URL": "http://clinic.example.org"}, "microphone"),
        ({"DATABASE_URL": "mysql://a"}, "postgresql://"),
        ({"DATABASE_URL": "postgresql://a:secret@db.example.org/d"}, "sslmode=verify-full"),
        ({"DATABASE_URL": "postgresql://a:secret@db.example.org/d?sslmode=require"}, "sslmode=verify-full"),
        ({"CAS_DATABASE_APP_URL": "postgresql://a:secret@/d?host=db.example.org"}, "sslmode=verify-full"),
        ({"CAS_DATABASE_REPLICA_URL": "postgresql://a:secret@db.example.org/d"}, "sslmode=verify-full"),
        ({"REDIS_URL": "redis://:secret@cache.example.org"}, "rediss://"),
        ({"REDIS_URL": "rediss://:secret@cache.example.org?ssl_cert_reqs=none"}, "checks of its certificate"),
        ({"REDIS_URL": "redis://:secret@cache", "CAS_PRIVATE_NETWORK": "database"}, "CAS_PRIVATE_NETWORK"),
        ({"CAS_MASTER_KEY_FILE": "/no/such/secret/file"}, "No such file"),
        ({"CAS_PORT_FILE": "/etc/hostname"}, "no such setting"),
        ({"DATABASE_URL": "postgresql://a:secret@h/d", "CAS_DATABASE_APP_URL": "postgresql://a:x@h/d"}, "same role"),
        ({"DATABASE_URL": "postgresql://a:x@h/d", "CAS_DATABASE_REPLICA_URL": "postgresql://a:x@r/d"}, "same role"),
        ({"CAS_RSA_2048": "off", "CLERK_SECRET_KEY": f"sk_test_{'secret' * 4}"}, "CAS_RSA_2048=off"),
        ({"CAS_MASTER_KEY": "0" * 64}, "random"),
        ({"CAS_MASTER_KEY": "secret"}, "hexadecimal"),
        ({"CAS_LOG_LEVEL": "loud"}, "DEBUG"),
        ({"CAS_WORKERS": "-1"}, "negative"),
        ({"CAS_DATA_DIR": __file__}, "is a file"),
        ({"CAS_DATA_DIR": f"{__file__}/var"}, "is a file"),
        ({"CAS_ARCHIVE": "yes"}, "on or off"),
        ({"BLOB_READ_WRITE_TOKEN": "secret"}, "vercel_blob_rw_"),
        ({"VERCEL_BLOB_API_URL": "http://blobs.example.org"}, "https://"),
        ({"CAS_BLOB_MIRROR": "s3://host/"}, "second store"),
        ({"CAS_SCANNER": "scanner:3310"}, "tcp://HOST:3310"),
        ({"CAS_SCANNER": "tcp://scanner"}, "tcp://HOST:3310"),
        ({"CAS_SCANNER": "tcp://127.0.0.1:99999"}, "CAS_SCANNER"),
        ({"CAS_SCANNER": "unix://clamd.ctl"}, "unix:///run"),
        ({"CAS_SCANNER": "tcp://scanner:3310?host=127.0.0.1"}, "tcp://HOST:3310"),
        ({"CAS_SCANNER": "tcp://scanner:3310"}, "in the clear"),
        ({"CAS_BLOB_MIRROR": "s3://key@host/bucket"}, "second store"),
        ({"CAS_DATA_DIR": "/data", "CAS_BLOB_MIRROR": "/data/second"}, "would lose the second"),
        ({"CAS_S3_BUCKET": "b", "BLOB_READ_WRITE_TOKEN": f"vercel_blob_rw_a1_{'secret' * 4}"}, "only one"),
    ],
)
def test_a_setting_that_is_unreadable_or_unsafe_stops_the_start_with_what_is_wrong(environment, told):
    with pytest.raises(InvalidSettings, match=told) as refused:
        config.build(environment)
    assert "secret" not in refused.value.message.replace("/no/such/secret/file", "")


@pytest.mark.parametrize(
    "environment",
    [
        {"DATABASE_URL": "postgresql://a:b@db.example.org/d?sslmode=verify-full&sslrootcert=/etc/ssl/ca.crt"},
        {"DATABASE_URL": "postgresql://a:b@database/d", "CAS_PRIVATE_NETWORK": "cache, Database"},
        {"DATABASE_URL": "postgresql:///d?host=/var/run/postgresql"},
        {"DATABASE_URL": "postgresql://a:b@127.0.0.1/d", "REDIS_URL": "redis://localhost:6379"},
        {"REDIS_URL": "rediss://:b@cache.example.org"},
        {"CAS_SCANNER": "unix:///run/clamav/clamd.ctl"},
        {"CAS_SCANNER": "tcp://[::1]:3310"},
        {"CAS_SCANNER": "tcp://scanner:3310", "CAS_PRIVATE_NETWORK": "scanner"},
    ],
)
def test_what_nobody_else_can_read_on_the_way_is_taken(environment):
    assert config.build(environment)


def test_a_secret_may_stand_in_a_file_as_a_vault_puts_it_there(tmp_path):
    key = "0123456789abcdef" * 4
    (tmp_path / "key").write_text(f"{key}\n")
    environment = {"CAS_MASTER_KEY_FILE": str(tmp_path / "key")}
    assert config.build(environment).master_key == bytes.fromhex(key)
    assert config.with_files(environment) == {"CAS_MASTER_KEY": key}
    own = "fedcba9876543210" * 4
    assert config.build({**environment, "CAS_MASTER_KEY": own}).master_key == bytes.fromhex(own)


def test_all_faults_are_told_at_once():
    with pytest.raises(InvalidSettings) as refused:
        config.build({"CAS_PORT": "x", "CAS_LOG_LEVEL": "x", "CAS_NONE": "x"})
    assert all(name in refused.value.message for name in ("CAS_PORT", "CAS_LOG_LEVEL", "CAS_NONE"))
