#!/usr/bin/env bash
# Debian packages that the tests use: installed where they are missing and we may install, named otherwise.
#   system_packages.sh            what the tests need: browser, PDF tools, a Chinese font, PostgreSQL
#   system_packages.sh NAME...    these packages
# SYSTEM_PACKAGES=no leaves the machine as it is. Never fails: a test that lacks something says so itself.
set -uo pipefail

is_there() {
  case $1 in
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    poppler-utils) command -v pdftoppm ;;
    fonts-wqy-microhei) ls /usr/share/fonts/truetype/wqy/wqy-microhei.ttc ;;
    postgresql) ls /usr/lib/postgresql/*/bin/initdb || command -v initdb ;;
    *) false ;;
  esac >/dev/null 2>&1
}

missing=()
for package in "${@:-chromium poppler-utils fonts-wqy-microhei postgresql}"; do
  for name in $package; do
    is_there "$name" || missing+=("$name")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "${SYSTEM_PACKAGES:-yes}" = no ] || [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "Not on this machine: ${missing[*]}. To have them: apt-get install ${missing[*]}" >&2
  exit 0
fi

echo "Installing Debian packages: ${missing[*]}"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if apt-get -qq update >"$log" 2>&1 && apt-get -qq -y --no-install-recommends install "${missing[@]}" >>"$log" 2>&1; then
  rm -f "$log"
else
  tail -n 15 "$log" >&2
  echo "Could not install ${missing[*]} (whole log: $log)" >&2
fi
exit 0
