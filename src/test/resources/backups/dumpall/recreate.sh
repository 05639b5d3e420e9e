#!/bin/sh
# Writes the files of this folder anew with pg_dumpall 15. PGHOST, PGPORT and PGUSER name an empty server that may be
# thrown away afterwards.
set -eu
cd "$(dirname "$0")"
psql -X -q postgres <<'SQL'
CREATE ROLE keeper NOLOGIN;
CREATE ROLE "Odd Role" LOGIN PASSWORD 'not a real password' CONNECTION LIMIT 3;
GRANT keeper TO "Odd Role";
ALTER ROLE keeper SET work_mem = '8MB';
CREATE DATABASE shop OWNER keeper;
CREATE DATABASE "My Shop";
CREATE DATABASE "o""clock's";
ALTER DATABASE shop SET timezone = 'UTC';
ALTER ROLE keeper IN DATABASE shop SET statement_timeout = '1h';
GRANT CONNECT ON DATABASE shop TO "Odd Role";
\connect shop
CREATE TABLE goods (id int PRIMARY KEY, name text NOT NULL);
ALTER TABLE goods OWNER TO keeper;
INSERT INTO goods VALUES (1, 'tea'), (2, '\connect "My Shop"'), (3, 'milk');
CREATE TABLE orders (id int PRIMARY KEY, goods int REFERENCES goods);
INSERT INTO orders VALUES (10, 1), (11, 3);
\connect "My Shop"
CREATE SCHEMA "Odd";
CREATE TABLE "Odd"."T t" (a int);
INSERT INTO "Odd"."T t" VALUES (1), (2);
\connect "o""clock's"
CREATE TABLE hours (h int);
INSERT INTO hours VALUES (9);
SQL
pg_dumpall >all.sql
pg_dumpall --clean --if-exists --inserts >clean-inserts.sql
pg_dumpall --globals-only >globals.sql
