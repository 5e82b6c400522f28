#!/bin/sh
# PostgreSQL refuses a key that others may read, and its user's id differs between images: so the server gets copies of
# its own, in memory, before the image's entry point takes over.
set -eu
install -d -o postgres -g postgres -m 0700 /run/postgres-secrets/own
for file in /run/citadel/*; do
  install -o postgres -g postgres -m 0400 "$file" /run/postgres-secrets/own/
done
exec docker-entrypoint.sh "$@"
