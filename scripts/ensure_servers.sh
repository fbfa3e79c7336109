#!/usr/bin/env bash
# Find the servers that the tests run beside the system (pgbouncer, redis-server, nginx, clamd), or install Debian's packages of
# them where apt is there and may be used. None of them is started here: each test starts its own, on a port of its own.
# Exits 3, naming what is missing, when one is not to be had.
set -euo pipefail
PATH=$PATH:/usr/sbin:/usr/local/sbin
declare -A package=([pgbouncer]=pgbouncer [redis-server]=redis-server [nginx]=nginx-light [clamd]=clamav-daemon)

missing() {
  for program in "${!package[@]}"; do command -v "$program" >/dev/null || echo "$program"; done
}

mapfile -t wanted < <(missing)
[ ${#wanted[@]} -eq 0 ] && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo -n); else as_root=(false); fi
fi
if command -v apt-get >/dev/null && [ "${as_root[*]:-}" != false ]; then
  echo "==> Installing ${wanted[*]} with apt-get; no service of them is started" >&2
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
    trap '"${as_root[@]}" rm -f $policy' EXIT
    "${as_root[@]}" chmod 755 $policy
  fi
  "${as_root[@]}" apt-get update -qq >&2 || true
  for program in "${wanted[@]}"; do
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${package[$program]}" >&2 || true
  done
fi
mapfile -t wanted < <(missing)
[ ${#wanted[@]} -eq 0 ] && exit 0
echo "${wanted[*]} is not here, and cannot be had from apt." >&2
exit 3
