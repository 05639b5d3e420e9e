#!/bin/sh
# Makes the dumps of largeobjects.sql anew from a server of PostgreSQL 15 with the roles shop_owner, shop_app and shop_audit, by
# pg_dump 13 with an older server, and 18. Variables: PG15 and PG12, connection options; DUMP13, DUMP18, commands.
set -eu
cd "$(dirname "$0")"
for server in "$PG12" "$PG15"; do
  psql $server -d postgres -c 'DROP DATABASE IF EXISTS pictures' -c 'CREATE DATABASE pictures TEMPLATE template0'
  psql $server -d pictures -q -v ON_ERROR_STOP=1 -f largeobjects.sql
done
$DUMP13 $PG12 -Fc pictures > by-13.dump
$DUMP18 $PG15 -Fc pictures > by-18.dump
$DUMP18 $PG15 -Ft pictures > by-18.tar
