-- A database with every kind of object that pg_dump knows, for PostgreSQL 12 and newer. Needs a superuser.
SET client_min_messages = error;
CREATE EXTENSION hstore;
CREATE EXTENSION pg_trgm;
CREATE SCHEMA "Odd Schema; with ""quotes""";
CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'it''s; -- not a comment \ ';
SET search_path = app, public;

-- types
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s fine', 'ünïcödé');
CREATE TYPE pair AS (a integer, b text COLLATE "C");
CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE shell_only;
CREATE DOMAIN positive AS integer DEFAULT 1 CONSTRAINT over_zero CHECK (VALUE > 0);
CREATE DOMAIN code AS text COLLATE "C" NOT NULL CHECK (VALUE ~ '^[A-Z;]{2,}$');
COMMENT ON TYPE mood IS 'moods';
COMMENT ON CONSTRAINT over_zero ON DOMAIN positive IS 'greater than zero';
CREATE COLLATION plain FROM "C";

-- functions
CREATE FUNCTION twice(n integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT $1 * 2; $$;
CREATE FUNCTION talk() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  -- $$ ; ' "
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END;
$body$;
CREATE FUNCTION rows_of(OUT a integer, OUT b text) RETURNS SETOF record LANGUAGE sql STABLE ROWS 3
  SET work_mem TO '1MB' AS 'SELECT 1, ''x;''::text';
CREATE PROCEDURE do_nothing(INOUT x integer) LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE FUNCTION concat_state(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1, '') || coalesce($2, '') $$;
CREATE AGGREGATE glue(text) (sfunc = concat_state, stype = text, initcond = '');
CREATE FUNCTION close_to(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs($1 - $2) < 2 $$;
CREATE OPERATOR ~~~ (leftarg = integer, rightarg = integer, function = close_to, commutator = ~~~);
CREATE FUNCTION to_pair(text) RETURNS pair LANGUAGE sql IMMUTABLE AS $$ SELECT ROW(length($1), $1)::app.pair $$;
CREATE CAST (text AS pair) WITH FUNCTION to_pair(text);
CREATE OPERATOR FAMILY spare USING btree;
CREATE OPERATOR CLASS int_backwards FOR TYPE integer USING btree AS
  OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer);
CREATE TEXT SEARCH CONFIGURATION plain_english (COPY = pg_catalog.simple);
CREATE TEXT SEARCH DICTIONARY shorter (TEMPLATE = pg_catalog.simple, stopwords = english);
COMMENT ON FUNCTION twice(integer) IS 'n; twice';

-- tables
CREATE SEQUENCE tickets_seq AS smallint START 5 INCREMENT -2 MINVALUE -100 MAXVALUE 100 CYCLE CACHE 3;
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5) PRIMARY KEY,
  name text NOT NULL COLLATE "C" DEFAULT 'no''body',
  mood mood DEFAULT 'ok',
  born date,
  boss bigint REFERENCES people DEFERRABLE INITIALLY DEFERRED,
  twice_id bigint GENERATED ALWAYS AS (id * 2) STORED,
  tags hstore,
  gone integer,
  tall positive,
  CONSTRAINT born_in_time CHECK (born > '1800-01-01') NO INHERIT,
  CONSTRAINT name_unique UNIQUE (name) INCLUDE (born) WITH (fillfactor = 90) DEFERRABLE
);
ALTER TABLE people DROP COLUMN gone;
ALTER TABLE people ALTER COLUMN name SET STATISTICS 500, ALTER COLUMN name SET STORAGE external, ALTER COLUMN born SET (n_distinct = -0.5);
COMMENT ON TABLE people IS E'people\nof two lines';
COMMENT ON COLUMN people.name IS 'name; of';
CREATE TABLE employees (salary numeric(12,2), CONSTRAINT enough CHECK (salary > 0) NOT VALID) INHERITS (people) WITH (fillfactor = 70, autovacuum_enabled = off);
CREATE UNLOGGED TABLE scratch (a integer, b text);
CREATE TABLE nothing ();
CREATE TABLE "Odd Schema; with ""quotes"""."Odd ""Table""; DROP" ("Id; " serial PRIMARY KEY, "select" text, "ünï" bytea, "tab	ed" text[]);
CREATE TABLE typed OF pair (PRIMARY KEY (a));
CREATE TABLE very_long_table_name_with_sixty_three_characters_in_it_0123456789 (very_long_column_name_with_sixty_three_characters_in_it_012345678 integer);
CREATE TABLE values_of_all_types (
  id integer PRIMARY KEY, s smallint, b bigint, n numeric, r real, d double precision, t text, v varchar(20), c char(5), y bytea, f boolean,
  da date, ti time, tz timetz, ts timestamp, tstz timestamptz, iv interval, j json, jb jsonb, x xml, u uuid, i inet, ci cidr, m macaddr, bi bit(5), vb bit varying, p point, bx box,
  pol polygon, cir circle, ia integer[], ta text[][], r4 int4range, tsr tstzrange, fl floats, pr pair, mo mood[], tv tsvector, tq tsquery, mn money, o oid, rc regclass, ch "char", jp jsonpath, h hstore);
CREATE TABLE self_a (id integer PRIMARY KEY, b_id integer);
CREATE TABLE self_b (id integer PRIMARY KEY, a_id integer REFERENCES self_a ON DELETE SET NULL);
ALTER TABLE self_a ADD CONSTRAINT circle FOREIGN KEY (b_id) REFERENCES self_b ON UPDATE CASCADE NOT VALID;
CREATE TABLE bookings (room integer, during tsrange, EXCLUDE USING gist (during WITH &&) WHERE (room > 0));
CREATE TABLE keyed (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX keyed_ab ON keyed (a, b);
ALTER TABLE keyed REPLICA IDENTITY USING INDEX keyed_ab;
CREATE INDEX keyed_b ON keyed (b DESC NULLS LAST) WHERE a > 3;
ALTER TABLE keyed CLUSTER ON keyed_ab;

-- partitions
CREATE TABLE events (id bigint, at timestamptz NOT NULL, kind text, body jsonb) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01 UTC') TO ('2025-01-01 UTC');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01 UTC') TO ('2026-01-01 UTC') PARTITION BY LIST (kind);
CREATE TABLE events_2025_a PARTITION OF events_2025 FOR VALUES IN ('a', NULL);
CREATE TABLE events_2025_rest PARTITION OF events_2025 DEFAULT;
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE INDEX events_at ON events USING brin (at);
CREATE INDEX events_body ON events USING gin (body jsonb_path_ops);
ALTER TABLE events ADD CONSTRAINT events_pk PRIMARY KEY (id, at, kind);
CREATE TABLE hashed (id integer PRIMARY KEY, t text) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE notes_on_events (event_id bigint, event_at timestamptz, event_kind text, note text, FOREIGN KEY (event_id, event_at, event_kind) REFERENCES events);

-- indexes, statistics, rules, triggers, policies
CREATE INDEX people_expression ON people (lower(name), (twice(tall))) WITH (fillfactor = 80);
CREATE INDEX people_trigrams ON people USING gin (name gin_trgm_ops);
CREATE INDEX "index with; semicolon" ON people (born) WHERE name <> ';';
CREATE INDEX people_backwards ON people (tall int_backwards);
COMMENT ON INDEX people_trigrams IS 'for search';
CREATE STATISTICS people_statistics (dependencies, ndistinct) ON name, born FROM people;
CREATE RULE quiet AS ON INSERT TO scratch WHERE NEW.a < 0 DO INSTEAD NOTHING;
CREATE TRIGGER talking BEFORE INSERT OR UPDATE OF name, born ON people FOR EACH ROW WHEN (NEW.name <> ';') EXECUTE FUNCTION talk();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON people DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION talk();
CREATE TRIGGER silent AFTER DELETE ON self_a REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION talk('x;', '2');
ALTER TABLE self_a DISABLE TRIGGER silent;
CREATE TRIGGER each_event AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION talk();
ALTER TABLE people ENABLE ALWAYS TRIGGER talking;
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON people FOR SELECT USING (name <> 'TO nobody;');
CREATE POLICY nobody ON people AS RESTRICTIVE FOR UPDATE TO PUBLIC USING (false) WITH CHECK (true);

-- views
CREATE VIEW short_people WITH (security_barrier) AS SELECT id, name FROM people WHERE tall < 150 WITH LOCAL CHECK OPTION;
CREATE RECURSIVE VIEW numbers (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 5;
CREATE VIEW needs_a_key AS SELECT p.id, p.name, count(*) AS n FROM people p GROUP BY p.id;
CREATE MATERIALIZED VIEW counted AS SELECT mood, count(*) AS n FROM people GROUP BY mood;
CREATE MATERIALIZED VIEW counted_again AS SELECT sum(n) AS total FROM counted;
CREATE MATERIALIZED VIEW not_filled AS SELECT id FROM people WITH NO DATA;
CREATE UNIQUE INDEX counted_mood ON counted (mood);
CREATE FUNCTION count_people() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM app.people';
ALTER VIEW short_people ALTER COLUMN name SET DEFAULT 'x';
CREATE TRIGGER instead INSTEAD OF INSERT ON needs_a_key FOR EACH ROW EXECUTE FUNCTION talk();

-- foreign data
CREATE FOREIGN DATA WRAPPER nowhere OPTIONS (debug 'true');
CREATE SERVER far TYPE 'none' VERSION '1;' FOREIGN DATA WRAPPER nowhere OPTIONS (host 'x');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (secret 'pa''ss;');
CREATE FOREIGN TABLE elsewhere (a integer OPTIONS (column_name 'A') NOT NULL, b text) SERVER far OPTIONS (table 't');

-- publications, privileges
CREATE PUBLICATION a_few FOR TABLE people, self_a WITH (publish = 'insert, delete');
CREATE PUBLICATION all_of_it FOR ALL TABLES;
GRANT SELECT, INSERT ON people TO PUBLIC;
GRANT UPDATE (name, born) ON people TO PUBLIC;
GRANT USAGE ON SCHEMA app TO PUBLIC;
REVOKE EXECUTE ON FUNCTION twice(integer) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- rows
INSERT INTO people (name, mood, born, boss, tags, tall) VALUES
  ('Ann', 'ok', '1990-02-28', NULL, 'a=>1, "b;"=>NULL', 170), ('B;o''b \ \. "', 'it''s fine', '1850-12-31', 100, '', 149), (E'tab\tnewline\nreturn\rback\\slash\bbell\x07', NULL, NULL, 105, NULL, 1), ('', 'ünïcödé', 'infinity', NULL, NULL, NULL);
INSERT INTO employees (id, name, salary, tall) VALUES (1, 'Em', 1234.56, 180), (2, '\N', 0.01, 2);
INSERT INTO people (name, tall) SELECT 'person ' || i, 1 + i % 200 FROM generate_series(1, 400) i;
INSERT INTO scratch VALUES (1, '\.'), (2, E'\\.\n\\.');
INSERT INTO nothing DEFAULT VALUES;
INSERT INTO nothing DEFAULT VALUES;
INSERT INTO "Odd Schema; with ""quotes"""."Odd ""Table""; DROP" ("select", "ünï", "tab	ed") VALUES ('x', '\x00ff27', ARRAY['a,b', '{', NULL, '"', '\']), ('', '', '{}');
INSERT INTO typed VALUES (1, 'one'), (2, NULL);
INSERT INTO values_of_all_types VALUES
  (1, -32768, 9223372036854775807, 'NaN', 1.1, 1e-300, repeat('long text ', 3000), 'v', 'c', decode(repeat('00ff5c', 2000), 'hex'), true, '0044-03-15 BC', '23:59:59.999999', '12:00+14', '-infinity', '2024-02-29 12:00:00.123456+00',
   '1 year 2 mons -3 days 04:05:06.789', '{"a" : [1,  2]}', '{"a": [1, 2], "b\u00fc": null}', '<a>&lt;</a>', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '192.168.1.5/24', '10.0.0.0/8', '08:00:2b:01:02:03', B'10101', B'1', '(1,2)', '((0,0),(1,1))',
   '((0,0),(1,1),(2,0))', '<(1,1),2>', '{1,NULL,3}', '{{a,"b c"},{"d,e","\"f"}}', '[1,10)', '[2024-01-01 00:00:00+00,)', '[1.5,2.5]', '(7,"x ""y""")', '{ok,"it''s fine"}', 'a fat cat', 'fat & cat', 12.34, 4294967295, 'pg_class', 'x', '$.a[*]', 'k=>v'),
  (2, 0, 0, 1234567890123456789012345678901234567890.123456789, 'Infinity', '-Infinity', '', '', '', '', false, 'infinity', '00:00', '00:00-12', 'infinity', '-infinity', '-1 sec', 'null', '{}', NULL, NULL, '::1', '::/0', NULL, B'00000', B'', '(0,0)', '((1,1),(0,0))', '((0,0),(1,1),(2,0))', '<(0,0),0>',
   '{}', '{}', 'empty', '(,)', 'empty', '(,)', '{}', '', '', -0.01, 0, NULL, '', '$', '');
INSERT INTO values_of_all_types (id) VALUES (3);

INSERT INTO self_a VALUES (1, NULL), (2, NULL);
INSERT INTO self_b VALUES (1, 2), (2, 1);
UPDATE self_a SET b_id = id;
INSERT INTO bookings VALUES (1, '[2024-01-01, 2024-01-02)'), (0, '[2024-01-01, 2024-01-03)');
INSERT INTO keyed SELECT i, i % 7 FROM generate_series(1, 500) i;
INSERT INTO events SELECT i, '2024-06-01 UTC'::timestamptz + i * interval '2 days', CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END, jsonb_build_object('i', i, 't', repeat('x', i % 50)) FROM generate_series(1, 400) i;
INSERT INTO hashed SELECT i, 'h' || i FROM generate_series(1, 100) i;
INSERT INTO notes_on_events SELECT id, at, kind, 'n' FROM events WHERE id % 10 = 0;
SELECT nextval('tickets_seq'), nextval('tickets_seq'), setval('app.people_id_seq', 5000);
REFRESH MATERIALIZED VIEW counted;
REFRESH MATERIALIZED VIEW counted_again;

-- large objects
SELECT lo_from_bytea(70001, decode(repeat('0123456789abcdef5c2e0a', 20000), 'hex')), lo_from_bytea(70002, ''), lo_from_bytea(70003, '\x00');
COMMENT ON LARGE OBJECT 70001 IS 'a picture';
GRANT SELECT ON LARGE OBJECT 70003 TO PUBLIC;

-- last, because it would listen to all of the above
CREATE FUNCTION on_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM 1; END';
CREATE EVENT TRIGGER listening ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION on_event();
