# shellcheck shell=bash disable=SC2154
# Runs the PostgreSQL that the build provides, for the scripts that source this file. They set $port,
# $work, $home (the folder of its data) and $out, define bench(), and stop $postgres at the end.

postgres=0

need() {
  if ! command -v "$1" > /dev/null; then
    echo "$1 is missing: $2" >&2
    missing=1
  fi
}

need_postgres() {
  need unzip "apt-get install unzip"
  need xz "apt-get install xz-utils"
  if [[ $(uname -sm) != "Linux x86_64" ]]; then
    echo "the PostgreSQL that the build provides runs only on Linux on x86-64" >&2
    missing=1
  fi
}

# PostgreSQL refuses to run as root.
as_postgres() { if ((EUID)); then "$@"; else runuser -u nobody -- "$@"; fi; }

start_postgres() {
  mkdir -p "$work/postgres"
  unzip -q -p bench/target/lib/embedded-postgres-binaries-*.jar '*.txz' |
    tar -xJ -C "$work/postgres"
  if ((!EUID)); then chown nobody "$home"; fi
  if [[ ! -e $home/data ]]; then
    as_postgres "$work/postgres/bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 \
      --locale=C > "$out/initdb.log" 2>&1
  fi
  as_postgres "$work/postgres/bin/postgres" -D "$home/data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
    -c shared_buffers="${SHARED_BUFFERS:-2GB}" -c max_wal_size=8GB -c maintenance_work_mem=512MB \
    -c fsync=on -c synchronous_commit=on -c full_page_writes=on > "$out/postgres.log" 2>&1 &
  local wrapper=$!
  for _ in {1..100}; do
    if sql postgres "SELECT 1" > /dev/null 2>&1; then
      postgres=$(head -n 1 "$home/data/postmaster.pid")
      return
    fi
    kill -0 $wrapper || break
    sleep 0.1
  done
  echo "PostgreSQL did not start:" >&2
  tail -n 20 "$out/postgres.log" >&2
  exit 1
}

stop_postgres() {
  if ((postgres)); then
    kill -INT "$postgres" 2> /dev/null || true
    wait
  fi
}

url() { echo "postgresql://postgres@127.0.0.1:$port/$1"; }
sql() { bench sql --url "$(url "$1")" --run "$2"; }
there() { [[ -n $(sql postgres "SELECT 1 FROM pg_database WHERE datname = '$1'") ]]; }

# Makes a fresh copy of a filled database, called `run`, that is completely on disk.
lay_postgres() {
  sql postgres "DROP DATABASE IF EXISTS run"
  sql postgres "CREATE DATABASE run TEMPLATE $1 STRATEGY file_copy"
}
