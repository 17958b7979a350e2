#!/bin/sh
# Run once by PostgreSQL's image, on an empty volume: the owner of the database, who is no superuser.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set password="$OWNER_PASSWORD" <<'SQL'
create role guildhall_owner login createrole password :'password';
create database guildhall owner guildhall_owner;
SQL
