"""The reference page of all settings, written from the settings themselves: `python -m ...ops.settings_page`."""

from __future__ import annotations

from cognitive_assessment.config import REPOSITORY_ROOT, described

PATH = REPOSITORY_ROOT / "docs" / "reference" / "settings.md"
_INTRODUCTION = """# Settings

Every setting is an environment variable; none has to be set. The start stops with a list of what is wrong if a value
cannot be read, if two values are unsafe together, or if there is no setting of such a name. `cas doctor` shows the
values in force. Secrets are never shown or logged. Paths without a leading `/` are below the repository, or below the
folder that the system is started in where it is installed without its sources.

Each secret may stand in a file instead, as a vault's agent, Docker or Kubernetes puts it there: `CAS_MASTER_KEY_FILE`
names the file of `CAS_MASTER_KEY`, and so for every setting that is a secret. A value that is given itself
counts first.

This page is written by `.venv/bin/python -m cognitive_assessment.ops.settings_page`.

| variable | what it is for | default | secret |
| --- | --- | --- | --- |
"""
_AFTERWORD = """
## Two systems on one machine

Give each its own `CAS_DATA_DIR` and `CAS_PORT`; the embedded databases choose their ports themselves.

## A PostgreSQL of your own

`DATABASE_URL` names it as the role that owns the tables and runs the migrations. Requests and jobs never use that role:
the first start makes a role `cas_app` without rights over the tables' definitions and keeps its address in the data
folder, mode 0600. Where the owner may not make roles, make it yourself and set `CAS_DATABASE_APP_URL`.
On another machine it is reached by TLS with a certificate that is checked (`sslmode=verify-full`), a Redis likewise by
`rediss://`; the start refuses anything less, unless `CAS_PRIVATE_NETWORK` names the host, as for a container beside it.

`CAS_DATABASE_REPLICA_URL` names a copy that follows it by streaming replication, as a vendor's read replica does, with
the role that serves. The figures of the operator's page, the counts of `/metrics` and `cas audit report` are read
there; while it does not answer, from the database itself, and the health says so, as when it is a minute behind.

## The master key

The first start makes it in the data folder, mode 0600. Without it no recording can be read again: back it up apart
from the data. `CAS_MASTER_KEY` gives it from a secret store instead. How it and the other secrets
are exchanged: [howto/rotate-secrets.md](../howto/rotate-secrets.md).

## Where recordings are kept

In the data folder, unless a bucket (`CAS_S3_BUCKET`) or a private store of Vercel Blob (`BLOB_READ_WRITE_TOKEN`) is
set; they are encrypted before they leave the machine in each case. `cas blobs test` writes, reads, checks and deletes
an object there, and says how long it took; `npm run test-blob` in `frontend/` does so with Vercel's own package.
Recordings that are somewhere already are not moved: choose before the first session.

`CAS_BLOB_MIRROR` names a second store: a folder of another disk or machine, or a bucket, as
`s3://KEY:SECRET@HOST/BUCKET?region=REGION` (without `HOST` Amazon's; `/` in the secret is written `%2F`). A recording
is acknowledged once both stores hold the same bytes, compared by hash; with `CAS_BLOB_MIRROR_AT_ONCE=off` it is
acknowledged before and copied by a job, which comes before all others. What the first store does not give is read from
the second. While the second is away, recordings wait in the browsers (or, with `off`, to be copied), and no person's
key is made or destroyed, so nobody new can be invited: a key is in both stores or in none. `cas blobs mirror` compares
everything and copies what one of them lacks: run it once for what was there before, and after a loss.

## A scanner

`CAS_SCANNER` names a `clamd` (ClamAV), as `tcp://127.0.0.1:3310` or `unix:///run/clamav/clamd.ctl`. Each recording goes
there as it is decrypted, before it is decoded or exported. One in which it finds something, or that is larger than it
takes (`StreamMaxLength`), is kept sealed, its answer is not scorable and says why; while it does not answer, recordings
wait. It is shown recordings in the clear, and knows no TLS: on another host it needs `CAS_PRIVATE_NETWORK`.
`deploy/docker/clamd.conf` has the lines that matter: `AlertExceedsMax yes` with three limits that are the same, or a
large file is passed though only a part of it was looked at; and a `TemporaryDirectory` in memory, for it keeps what it
is sent there while it looks.

## Other machines

`CAS_HOST` other than loopback needs `CAS_PUBLIC_URL` with https, because browsers give the microphone to secure pages
only; put a reverse proxy with a certificate in front. It has to add the address of who asks to `X-Forwarded-For`
(nginx: `proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`), or all people count as one address; and nobody
may reach the system past it. It hands on the `Host` that was asked for; names beside that of `CAS_PUBLIC_URL` are
`CAS_ALLOWED_HOSTS`. Two proxies in a row are `CAS_PROXIES=2`. `docs/howto/` has a page for each kind of
place.
"""


def page() -> str:
    """The whole page."""
    rows = [
        f"| `{one['name']}` | {one['purpose']} | {_code(one['default'])} | {one['secret']} |\n" for one in described()
    ]
    return _INTRODUCTION + "".join(rows) + _AFTERWORD


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    PATH.write_text(page())
