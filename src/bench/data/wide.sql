-- Wide rows of the benchmark: 300 MB as a plain dump at scale 1. A body that compresses well, a token and bytes that do not.
-- psql -v scale=1 -f wide.sql on an empty database
\set ON_ERROR_STOP on
SET synchronous_commit = off;

CREATE TABLE documents (
    id integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    token text NOT NULL,
    content bytea NOT NULL,
    meta jsonb NOT NULL
);
INSERT INTO documents
SELECT n, 'Document ' || n,
       (SELECT string_agg('Paragraph ' || i || E' of the text:\n' || repeat('words of number ' || (n * i) % 97 || ' ', 20), E'\n')
        FROM generate_series(1, 15 + n % 10) AS i),
       (SELECT string_agg(encode(sha512((n || '/' || i)::bytea), 'base64'), '') FROM generate_series(1, 60) AS i),
       (SELECT string_agg(sha512((i || ':' || n)::bytea), ''::bytea) FROM generate_series(1, 20 + n % 60) AS i),
       jsonb_build_object('pages', n % 40, 'author', 'Author ' || n % 200, 'keywords', jsonb_build_array('a' || n % 7, 'b' || n % 11))
FROM generate_series(1, (15000 * :scale)::int) AS n;

ALTER TABLE documents ADD PRIMARY KEY (id);
CREATE INDEX documents_title ON documents (title);
CREATE INDEX documents_meta ON documents USING gin (meta);
