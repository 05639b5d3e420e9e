-- Many small tables of the benchmark: each with a primary key and up to 120 rows, each third with one more index, each fourth
-- with a foreign key to the one before. psql -v tables=5000 -f many.sql on an empty database
\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET client_min_messages = warning;

SELECT format('CREATE TABLE tenant_%s (id integer NOT NULL, parent integer, name text NOT NULL, amount numeric(10, 2), at date)', n),
       format('INSERT INTO tenant_%s SELECT i, 1 + i %% 10, md5(i::text), i * 1.25, date ''2024-01-01'' + i FROM generate_series(1, %s) AS i',
              n, 10 + n * 7 % 111),
       format('ALTER TABLE tenant_%s ADD PRIMARY KEY (id)', n),
       CASE WHEN n % 3 = 0 THEN format('CREATE INDEX tenant_%s_name ON tenant_%s (name)', n, n) END,
       CASE WHEN n % 4 = 0 THEN
           format('ALTER TABLE tenant_%s ADD FOREIGN KEY (parent) REFERENCES tenant_%s (id)', n, n - 1) END
FROM generate_series(1, :tables) AS n
\gexec
