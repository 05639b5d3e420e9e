#!/bin/sh
# Makes the dumps of src/test/resources/schemas/everything.sql anew: FROM-by-CLIENT, server version and pg_dump version.
# Needs servers of PostgreSQL 12, 15 and 18 and the clients 13, 17 and 18, named by these variables:
#   PG12 PG15 PG18   connection options, e.g. "-h 127.0.0.1 -p 5412 -U postgres"
#   DUMP13 DUMP17 DUMP18   commands, e.g. /usr/lib/postgresql/13/bin/pg_dump
set -eu
cd "$(dirname "$0")"
for server in "$PG12" "$PG15" "$PG18"; do
  psql $server -d postgres -c 'DROP DATABASE IF EXISTS every' -c 'CREATE DATABASE every TEMPLATE template0'
  psql $server -d every -q -v ON_ERROR_STOP=1 -f ../../schemas/everything.sql
done
$DUMP13 $PG12 -Fc every > 12-by-13.dump
$DUMP13 $PG12 -Fp every | gzip -9n > 12-by-13.sql.gz
$DUMP17 $PG12 -Fc --compress=zstd every > 12-by-17-zstd.dump
$DUMP17 $PG15 -Fc --compress=lz4 every > 15-by-17-lz4.dump
$DUMP18 $PG18 -Fc --compress=zstd:level=9 every > 18-by-18.dump
$DUMP18 $PG18 -Fp every | gzip -9n > 18-by-18.sql.gz
$DUMP18 $PG18 -Fc --statistics every > 18-by-18-statistics.dump
