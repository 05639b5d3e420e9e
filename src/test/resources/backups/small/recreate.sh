#!/bin/sh
# Writes the small archives of this folder with the pg_dump 15 on the path, from the server that PGHOST and the like
# name: it makes a database "small" there and drops it again.
set -eu
cd "$(dirname "$0")"
createdb small
psql -q -v ON_ERROR_STOP=1 -o /dev/null -d small <<'SQL'
CREATE SCHEMA shop;
CREATE TABLE shop.people (id serial PRIMARY KEY, name text NOT NULL);
COMMENT ON TABLE shop.people IS 'the "people"; all of them';
CREATE TABLE shop.pets (owner integer REFERENCES shop.people, name text);
CREATE TABLE shop.nothing (id integer);
CREATE FUNCTION shop.people_count(smallest integer DEFAULT 1) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM shop.people; END;
CREATE VIEW shop.names AS SELECT name FROM shop.people;
CREATE MATERIALIZED VIEW shop.counted AS SELECT count(*) AS n FROM shop.people;
GRANT SELECT ON shop.people TO PUBLIC;
INSERT INTO shop.people (name) SELECT 'person ' || i || E'\ttab\\' FROM generate_series(1, 40) AS i;
INSERT INTO shop.pets VALUES (1, 'Rex'), (2, E'two\nlines'), (NULL, NULL);
SELECT lo_from_bytea(4001, 'a large object');
SELECT lo_from_bytea(4002, '');
SELECT lo_from_bytea(4003, decode(repeat('00ff0a5c2e0a', 50), 'hex'));
SQL
pg_dump -Fc -Z0 -f none.dump small
pg_dump -Fc -Z6 -f gzip.dump small
pg_dump -Fc -Z6 small | cat > piped.dump
pg_dump -Fc -Z0 --inserts --rows-per-insert=15 -f inserts.dump small
pg_dump -Ft -f tar.tar small
rm -rf folder
pg_dump -Fd -Z6 -f folder small
tar --sort=name --owner=0 --group=0 --mtime=@0 -cf folder.tar folder
rm -rf folder
dropdb small
