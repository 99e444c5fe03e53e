#!/usr/bin/env bash
# Virtual environment and pinned, hashed packages: setup.sh requirements.txt | requirements-dev.txt
# A copy of what was installed lies in .venv, so a second run compares two files and is done.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

requirements=${1:-requirements.txt}
installed=.venv/.installed-$requirements

is_python_311() {
  "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in python3.11 python3 python; do
    if is_python_311 "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  echo "Python 3.11 is needed, and neither python3.11, python3 nor python is one." >&2
  return 1
}

make_environment() {
  local python
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    # Debian ships these two in a package of their own.
    bash scripts/system_packages.sh python3.11-venv
  fi
  echo "Making the virtual environment .venv"
  "$python" -m venv --clear .venv
}

is_python_311 .venv/bin/python || make_environment

if ! cmp -s "$requirements" "$installed"; then
  echo "Installing the packages of $requirements (a minute or two, once)"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$requirements"
  cp "$requirements" "$installed"
fi
