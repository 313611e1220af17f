#!/usr/bin/env bash
# Installs, on Debian, the programs that the tests give reports, pages of the manual and completions
# to. Without them `make test` leaves those checks out and says so; `make ci` wants them all.
set -eu

missing=()
for pair in xmllint:libxml2-utils tshark:tshark prove:perl mandoc:mandoc zsh:zsh fish:fish; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi
