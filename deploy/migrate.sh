#!/bin/sh
# Applies the migrations, then gives the roles of the processes new passwords: each process gets its own line alone.
set -eu
umask 077
guildhall db upgrade
guildhall db passwords /tmp/logins
for login in web:guildhall_app worker:guildhall_jobs; do
  folder=/srv/guildhall/login/${login%%:*}
  grep ":${login#*:}:" /tmp/logins > "$folder/new"
  mv "$folder/new" "$folder/pgpass"
done
rm /tmp/logins
