#!/usr/bin/env bash
# Installs the servers that `make peers` judges: Debian packages, and Python packages in a folder
# of their own. The hyper program is built by cargo.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

missing=()
for pair in nginx:nginx-light apache2:apache2-bin lighttpd:lighttpd haproxy:haproxy caddy:caddy node:nodejs python3:python3; do
  command -v "${pair%%:*}" >/dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || missing+=("${pair#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi

if [ ! -x "$here/.venv/bin/gunicorn" ] || [ ! -x "$here/.venv/bin/uvicorn" ]; then
  python3 -m venv "$here/.venv"
  "$here/.venv/bin/pip" install --quiet -r "$here/requirements.txt"
fi
