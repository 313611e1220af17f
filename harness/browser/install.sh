#!/usr/bin/env bash
# Installs the browser that `make browser` opens reports in: Debian packages.
set -eu

missing=()
for program in chromium chromedriver; do
  command -v "$program" >/dev/null || missing+=("${program/chromedriver/chromium-driver}")
done
if [ ${#missing[@]} -gt 0 ]; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi
