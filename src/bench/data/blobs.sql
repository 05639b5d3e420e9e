-- Large objects of the benchmark: many of up to 8 kB and three large ones, half of each compressible.
-- psql -v blobs=20000 -v blob_mb=50 -f blobs.sql on an empty database
\set ON_ERROR_STOP on
SET synchronous_commit = off;

CREATE TABLE files (id integer PRIMARY KEY, name text NOT NULL, content oid NOT NULL);
INSERT INTO files
SELECT n, 'file-' || n,
       lo_from_bytea((100000 + n)::oid, (SELECT string_agg(sha512((n || '/' || i)::bytea), repeat('x', 64)::bytea)
                                         FROM generate_series(1, 1 + n % 64) AS i))
FROM generate_series(1, :blobs) AS n;
INSERT INTO files
SELECT :blobs + n, 'large-' || n,
       lo_from_bytea((100000 + :blobs + n)::oid, (SELECT string_agg(sha512((n || '/' || i)::bytea), repeat('x', 64)::bytea)
                                                  FROM generate_series(1, :blob_mb * 8192) AS i))
FROM generate_series(1, 3) AS n;
