#!/usr/bin/env bash
# Write the hash-pinned lists of Python packages anew, without the address of any registry in them.
set -euo pipefail
cd "$(dirname "$0")/../backend"
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool"
"$tool/bin/pip" install --quiet --disable-pip-version-check uv
compile() { "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate "$@"; }
printf 'hatchling\neditables\n' | compile pyproject.toml - --extra operator -o requirements.lock
printf 'hatchling\neditables\n' | compile pyproject.toml - --extra operator --extra dev -c requirements.lock -o requirements-dev.lock
# for whoever types `pip install -r requirements.txt`: pip then looks for dependencies by itself, and what one of them asks for with an extra
# has to be pinned with it
{
	printf '# As it is typed by habit, `pip install --upgrade -r requirements.txt`: what is locked, each with its hash, and nothing newer.\n-r requirements.lock\n'
	for asked in 'opentelemetry-exporter-http-transport[requests]' 'psycopg[pool]' 'pydantic[email]'; do
		sed -n "/^${asked%[*}==/,/[^\\\\]\$/p" requirements.lock | sed "s/^${asked%[*}==/$asked==/"
	done
} > requirements.txt
# its tool has a list of its own, because it pins pip itself
printf 'pip-audit>=2.10\n' | compile - -o requirements-audit.lock
