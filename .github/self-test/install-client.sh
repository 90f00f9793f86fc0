#!/usr/bin/env bash
# Installs the client tools of one major from the packages of the PostgreSQL project (Debian, Ubuntu).
set -euo pipefail

major="$1"
if [[ -x "/usr/lib/postgresql/$major/bin/pg_dump" ]]; then
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
sudo apt-get update -q
sudo apt-get install -y -q --no-install-recommends ca-certificates postgresql-common
sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y
sudo apt-get install -y -q --no-install-recommends "postgresql-client-$major"
