#!/usr/bin/env bash
# The demo park: demo.sh [prepare|serve], both by default. The first start builds it in var/demo (or where
# DATABASE_URL and FILES_DIR point); later starts find it there and keep its data.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

port=${PORT:-8000}
export ENVIRONMENT=demo
export PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:$port}
export DATABASE_URL=${DATABASE_URL:-sqlite:///$PWD/var/demo/parkloop.sqlite}
export FILES_DIR=${FILES_DIR:-$PWD/var/demo/files}
export FLASK_APP=wsgi
log=${LOG_FILE:-var/demo/server.log}
mkdir -p var/demo

prepare() {
  .venv/bin/python -m alembic upgrade head
  .venv/bin/python -m flask catalogue load >/dev/null
  .venv/bin/python -m flask demo build
}

serve() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo "Port $port is taken: choose another with PORT=" >&2
    exit 1
  fi
  echo "Open http://127.0.0.1:$port (Ctrl+C ends it; the data stays). Log: $log"
  exec .venv/bin/python -m flask serve --bind "127.0.0.1:$port" 2>>"$log"
}

case ${1:-both} in
  prepare) prepare ;;
  serve) serve ;;
  both) prepare && serve ;;
  *) echo "demo.sh [prepare|serve]" >&2 && exit 2 ;;
esac
