#!/bin/sh
# Starts PostgreSQL; the first time it makes the cluster and both databases, whole or not at all.
set -eu
programs=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
data=/var/lib/postgresql/data/cluster
if [ ! -d "$data" ]; then
  rm -rf "$data.new"
  "$programs/initdb" -D "$data.new" -U drydock -E UTF8 --locale=C.UTF-8 --auth=scram-sha-256 \
    --pwfile="$POSTGRES_PASSWORD_FILE"
  echo "host all all all scram-sha-256" >> "$data.new/pg_hba.conf"
  for database in drydock drydock_events; do
    echo "CREATE DATABASE $database" | "$programs/postgres" --single -D "$data.new" postgres >/dev/null
  done
  mv "$data.new" "$data"
fi
exec "$programs/postgres" -D "$data" -k /tmp -c "listen_addresses=*" -c max_connections=200
