#!/usr/bin/env bash
# Find prometheus, promtool and alertmanager, or unpack Debian's packages of them where apt is there.
# Nothing is installed on the machine and no service is started: the programs stand in .stamps/prometheus.
# Prints the folder that holds all three on the last line; exits 3 when they cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/.stamps/prometheus
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9

have_all() { [ -x "$1/promtool" ] && [ -x "$1/prometheus" ] && [ -x "$1/alertmanager" ]; }
link() {
  for name in promtool prometheus; do ln -sf "$1/$name" "$folder/$name"; done
  for name in prometheus-alertmanager alertmanager; do
    if [ -x "$1/$name" ]; then ln -sf "$1/$name" "$folder/alertmanager"; fi
  done
}

if ! have_all "$folder" && command -v promtool >/dev/null; then link "$(dirname "$(command -v promtool)")"; fi
if ! have_all "$folder" && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
  echo "==> Unpacking Debian's Prometheus and Alertmanager" >&2
  download() { (cd "$folder" && apt-get download -qq prometheus prometheus-alertmanager) >&2; }
  if ! download && [ "$(id -u)" -eq 0 ]; then apt-get update -qq >&2 && download || true; fi
  for package in "$folder"/*.deb; do
    if [ -f "$package" ]; then dpkg-deb -x "$package" "$folder/debian" && rm "$package"; fi
  done
  link "$folder/debian/usr/bin"
fi
have_all "$folder" && echo "$folder" && exit 0
echo "No promtool, prometheus and alertmanager here, and Debian's packages of them cannot be had from apt." >&2
exit 3
