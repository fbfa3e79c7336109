#!/usr/bin/env bash
# Find prometheus, promtool and alertmanager, or unpack Debian's packages of them where apt is there.
# No service is installed or started: the programs stand in .stamps/prometheus. Debian's Alertmanager reads its templates
# at a fixed place under /usr/share; only root can put them there, so without root there may be no alertmanager.
# Prints the folder of the programs on the last line; exits 3 when there is no promtool to be had.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/.stamps/prometheus
templates=/usr/share/prometheus/alertmanager
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9

link() {
  for name in promtool prometheus; do ln -sf "$1/$name" "$folder/$name"; done
  for name in prometheus-alertmanager alertmanager; do
    if [ -x "$1/$name" ]; then ln -sf "$1/$name" "$folder/alertmanager"; fi
  done
}
download() { (cd "$folder" && apt-get download -qq prometheus prometheus-alertmanager) >&2; }

if [ ! -x "$folder/promtool" ] && command -v promtool >/dev/null; then
  link "$(dirname "$(command -v promtool)")"
fi
if [ ! -x "$folder/promtool" ] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
  echo "==> Unpacking Debian's Prometheus and Alertmanager" >&2
  if ! download && [ "$(id -u)" -eq 0 ]; then apt-get update -qq >&2 && download || true; fi
  for package in "$folder"/*.deb; do
    if [ -f "$package" ]; then dpkg-deb -x "$package" "$folder/debian" && rm "$package"; fi
  done
  if [ -x "$folder/debian/usr/bin/promtool" ]; then link "$folder/debian/usr/bin"; fi
fi
if [ -d "$folder/debian" ] && [ ! -e "$templates" ]; then
  if [ "$(id -u)" -eq 0 ]; then
    mkdir -p "$(dirname "$templates")"
    cp -r "$folder/debian$templates" "$templates"
  else
    rm -f "$folder/alertmanager"
  fi
fi
if [ -x "$folder/promtool" ]; then echo "$folder" && exit 0; fi
echo "No promtool here, and Debian's package of it cannot be had from apt." >&2
exit 3
