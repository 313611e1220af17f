#!/usr/bin/env bash
# Installs the servers that `make peers` judges: Debian packages, and Python and Node.js packages in
# folders of their own. The hyper program is built by cargo.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

missing=()
for pair in nginx:nginx-light apache2:apache2-bin lighttpd:lighttpd haproxy:haproxy caddy:caddy node:nodejs npm:npm python3:python3; do
  command -v "${pair%%:*}" >/dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || missing+=("${pair#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi

if [ "$here/requirements.txt" -nt "$here/.venv/installed" ]; then
  python3 -m venv "$here/.venv"
  "$here/.venv/bin/pip" install --quiet -r "$here/requirements.txt"
  touch "$here/.venv/installed"
fi

# No lock file: the versions of package.json are exact, and what they need is little.
if [ "$here/package.json" -nt "$here/node_modules/.package-lock.json" ]; then
  npm install --prefix "$here" --no-package-lock --no-audit --no-fund --silent
fi
