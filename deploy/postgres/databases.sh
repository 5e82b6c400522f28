#!/bin/sh
# One database and one login a service, which owns it and can reach no other. Runs once, when the data folder is new.
set -eu
for service in auth treasury archives; do
  psql --quiet --no-psqlrc --username "$POSTGRES_USER" --dbname postgres \
    --set ON_ERROR_STOP=1 --set name="citadel_$service" --set file="/run/postgres-secrets/own/$service-password" <<'SQL'
\set password `cat :file`
CREATE ROLE :"name" LOGIN PASSWORD :'password';
-- As npm start makes them: the built-in locale sorts the same on every machine.
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0
  ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
psql --quiet --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
  --command 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
