-- Some hundred tables that hang together in every way that matters to the order of a load, for PostgreSQL 15 and newer.
-- Needs a superuser.
\set ON_ERROR_STOP on
SET client_min_messages = error;
CREATE EXTENSION btree_gist;
CREATE SCHEMA r;
CREATE SCHEMA "Odd; ""schema"".x";
SET search_path = r, public;

CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN coalesce(NEW, OLD); END $$;
CREATE FUNCTION run(command text, VARIADIC names text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format(command, VARIADIC names); END $$;

-- plain tables with keys of every kind, with no row, one row or some
DO $do$
DECLARE
  keys text[] := ARRAY['PRIMARY KEY (id)', 'PRIMARY KEY (id) INCLUDE (a, b)', 'PRIMARY KEY (id) WITH (fillfactor = 70)',
    'UNIQUE (id) INCLUDE (a)', 'PRIMARY KEY (id)', 'UNIQUE (id)'];
BEGIN
  FOR i IN 1..100 LOOP
    EXECUTE format('CREATE TABLE t%1$s (id int NOT NULL, up int, c int, a int, b text DEFAULT %2$L, s int4range,'
      ' CONSTRAINT key_%1$s %3$s)', i, 'it''s ' || i, keys[1 + i % 6]);
    EXECUTE format('INSERT INTO t%s SELECT g, nullif(g / 2, 0), NULL, nullif(g %% 7, 0), %L || g, int4range(g * 10, g * 10 + 5)'
      ' FROM generate_series(1, %s) g', i, 'row ' || i || ' ', CASE i % 5 WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE i * 4 END);
    IF i % 2 = 0 THEN
      EXECUTE format('ALTER TABLE t%1$s ADD CONSTRAINT "later %1$s" UNIQUE (id, a) DEFERRABLE INITIALLY %2$s', i,
        CASE i % 4 WHEN 0 THEN 'DEFERRED' ELSE 'IMMEDIATE' END);
    END IF;
    IF i % 3 = 0 THEN
      EXECUTE format('CREATE INDEX t%s_b ON t%1$s (lower(b) text_pattern_ops, a DESC NULLS LAST) WHERE a IS NOT NULL', i);
      EXECUTE format('CREATE UNIQUE INDEX t%s_ba ON t%1$s (b, id) INCLUDE (a)', i);
    END IF;
    IF i % 4 = 1 THEN
      EXECUTE format('ALTER TABLE t%s ADD CONSTRAINT n_%1$s UNIQUE NULLS NOT DISTINCT (id, c)', i);
      EXECUTE format('ALTER TABLE t%s REPLICA IDENTITY FULL', i);
    END IF;
    IF i % 7 = 0 THEN
      EXECUTE format('ALTER TABLE t%s ADD CONSTRAINT ex_%1$s EXCLUDE USING gist (id WITH =, s WITH &&) WHERE (id > 0)', i);
      EXECUTE format('CREATE INDEX t%s_hash ON t%1$s USING hash (a); CREATE INDEX t%1$s_brin ON t%1$s USING brin (id)', i);
    END IF;
    IF i % 6 = 5 THEN
      EXECUTE format('ALTER TABLE t%s REPLICA IDENTITY USING INDEX key_%1$s; ALTER TABLE t%1$s CLUSTER ON key_%1$s', i);
    END IF;
    IF i % 8 = 0 THEN
      EXECUTE format('CREATE INDEX t%s_e ON t%1$s ((a + id)); ALTER INDEX t%1$s_e ALTER COLUMN 1 SET STATISTICS 200', i);
      EXECUTE format('CREATE STATISTICS st_%s (ndistinct, dependencies) ON a, b FROM t%1$s', i);
      EXECUTE format('ALTER STATISTICS st_%s SET STATISTICS 50', i);
      EXECUTE format('ALTER TABLE t%s ALTER COLUMN b SET STATISTICS 33, ADD CONSTRAINT ck_%1$s CHECK (id > 0) NOT VALID', i);
    END IF;
  END LOOP;
END $do$;

-- to themselves, in circles, and not validated
DO $do$
BEGIN
  FOR i IN 1..100 LOOP
    EXECUTE format('UPDATE t%s SET c = (SELECT max(id) FROM t%s)', i, 1 + i % 100);
  END LOOP;
END $do$;
DO $do$
BEGIN
  FOR i IN 1..100 LOOP
    IF i % 6 <> 3 AND i % 6 <> 5 THEN
      EXECUTE format('ALTER TABLE t%1$s ADD CONSTRAINT self_%1$s FOREIGN KEY (up) REFERENCES t%1$s (id) ON DELETE CASCADE%2$s', i,
        CASE i % 3 WHEN 0 THEN ' DEFERRABLE INITIALLY DEFERRED' ELSE '' END);
    END IF;
    EXECUTE format('ALTER TABLE t%1$s ADD CONSTRAINT circle_%1$s FOREIGN KEY (c) REFERENCES t%2$s (id)%3$s', i, 1 + i % 100,
      CASE i % 5 WHEN 0 THEN ' NOT VALID' WHEN 1 THEN ' ON UPDATE CASCADE ON DELETE SET NULL' ELSE '' END);
    IF i % 10 = 0 THEN
      EXECUTE format('ALTER TABLE t%s ADD CONSTRAINT far_%1$s FOREIGN KEY (up) REFERENCES t2 (id)', i);
    END IF;
  END LOOP;
END $do$;

-- partitions, two levels deep
DO $do$
DECLARE leaf text;
BEGIN
  FOR i IN 1..6 LOOP
    EXECUTE format('CREATE TABLE p%s (id int NOT NULL, k int NOT NULL, v text, t int, PRIMARY KEY (id, k)) PARTITION BY RANGE (id)', i);
    FOR j IN 0..2 LOOP
      EXECUTE format('CREATE TABLE p%1$s_%2$s PARTITION OF p%1$s FOR VALUES FROM (%3$s) TO (%4$s) PARTITION BY %5$s', i, j, j * 100,
        (j + 1) * 100, CASE j WHEN 0 THEN 'LIST (k)' ELSE 'HASH (k)' END);
      FOR l IN 0..2 LOOP
        leaf := format('p%s_%s_%s', i, j, l);
        EXECUTE format('CREATE TABLE %s PARTITION OF p%s_%s %s', leaf, i, j,
          CASE WHEN j > 0 THEN format('FOR VALUES WITH (MODULUS 3, REMAINDER %s)', l) WHEN l = 2 THEN 'DEFAULT'
            ELSE format('FOR VALUES IN (%s)', l) END);
        IF l = 1 THEN
          EXECUTE format('CREATE INDEX %s_own ON %1$s (v); ALTER TABLE %1$s ADD CONSTRAINT %1$s_to FOREIGN KEY (t) REFERENCES t3 (id)', leaf);
        END IF;
      END LOOP;
    END LOOP;
    EXECUTE format('CREATE INDEX p%s_v ON p%1$s (v); CREATE UNIQUE INDEX p%1$s_u ON p%1$s (k, id) INCLUDE (v)', i);
    EXECUTE format('INSERT INTO p%s SELECT g, g %% 4, %L || g, 1 + g %% 8 FROM generate_series(0, 299) g', i, 'part ' || i || ' ');
    EXECUTE format('ALTER TABLE p%s ADD CONSTRAINT p%1$s_t FOREIGN KEY (t) REFERENCES t4 (id)', i);
    EXECUTE format('CREATE TRIGGER of_all AFTER INSERT ON p%s FOR EACH ROW EXECUTE FUNCTION quiet()', i);
    EXECUTE format('CREATE TABLE to_p%s (id int PRIMARY KEY, pid int, pk int, one int,'
      ' FOREIGN KEY (pid, pk) REFERENCES p%1$s (id, k) ON DELETE CASCADE, FOREIGN KEY (one, pk) REFERENCES p%1$s_1 (id, k))', i);
    EXECUTE format('INSERT INTO to_p%s SELECT g, g, g %% 4, 100 + g FROM generate_series(0, 60) g', i);
  END LOOP;
  ALTER TABLE p1 ADD CONSTRAINT p_circle FOREIGN KEY (id, k) REFERENCES p2 (id, k);
  ALTER TABLE p2 ADD CONSTRAINT p_circle FOREIGN KEY (id, k) REFERENCES p1 (id, k) DEFERRABLE;
  ALTER TABLE p3 ADD CONSTRAINT p_self FOREIGN KEY (id, k) REFERENCES p3 (id, k);
END $do$;

-- tables that inherit
DO $do$
BEGIN
  FOR i IN 1..8 LOOP
    EXECUTE format('CREATE TABLE elder%s (id int NOT NULL, v text, CONSTRAINT positive CHECK (id > 0),'
      ' CONSTRAINT own CHECK (id < 1000) NO INHERIT, PRIMARY KEY (id))', i);
    EXECUTE format('CREATE TABLE child%s (w int UNIQUE) INHERITS (elder%1$s)', i);
    EXECUTE format('CREATE TABLE other%s (x int DEFAULT 7, PRIMARY KEY (id)) INHERITS (elder%1$s)', i);
    EXECUTE format('CREATE TABLE grand%s (PRIMARY KEY (id)) INHERITS (child%1$s, other%1$s)', i);
    EXECUTE format('INSERT INTO elder%s SELECT g, %L FROM generate_series(1, 20) g', i, 'e');
    EXECUTE format('INSERT INTO child%s SELECT g, %L, g FROM generate_series(1, 20) g', i, 'c');
    EXECUTE format('INSERT INTO grand%s SELECT g, %L, g, g FROM generate_series(1, 20) g', i, 'g');
    EXECUTE format('ALTER TABLE child%s ADD CONSTRAINT to_elder FOREIGN KEY (w) REFERENCES elder%1$s (id)', i);
    EXECUTE format('CREATE INDEX child%s_v ON child%1$s (v); CREATE INDEX elder%1$s_v ON elder%1$s (v)', i);
  END LOOP;
END $do$;

-- what looks at rows or at other tables
DO $do$
BEGIN
  FOR i IN 1..100 BY 5 LOOP
    EXECUTE format('CREATE TRIGGER "on; %1$s" BEFORE UPDATE OF a ON t%1$s FOR EACH ROW WHEN (NEW.a > 5) EXECUTE FUNCTION quiet()', i);
    EXECUTE format('CREATE CONSTRAINT TRIGGER late_%1$s AFTER INSERT ON t%1$s FROM t%2$s DEFERRABLE FOR EACH ROW EXECUTE FUNCTION quiet()', i, 1 + i % 100);
    EXECUTE format('ALTER TABLE t%1$s %2$s TRIGGER "on; %1$s"', i, CASE i % 2 WHEN 0 THEN 'DISABLE' ELSE 'ENABLE ALWAYS' END);
    EXECUTE format('ALTER TABLE t%s ENABLE ROW LEVEL SECURITY', i + 1);
    EXECUTE format('CREATE POLICY "seen; %1$s" ON t%1$s FOR SELECT USING (EXISTS (SELECT 1 FROM r.t%2$s x WHERE x.id = t%1$s.id))', i + 1, i);
    EXECUTE format('CREATE RULE "as %1$s" AS ON DELETE TO t%1$s WHERE OLD.a = 3 DO ALSO UPDATE r.t%2$s SET a = NULL WHERE id = OLD.id', i + 2, i + 3);
    EXECUTE format('CREATE VIEW view%s AS SELECT x.id, x.b, count(*) AS n FROM t%s x JOIN t%s y USING (id) GROUP BY x.id', i,
      CASE WHEN i % 6 IN (3, 5) THEN 2 ELSE i END, i + 1);
    EXECUTE format('CREATE MATERIALIZED VIEW m%s AS SELECT id, count(*) AS n FROM %s GROUP BY id', i,
      CASE i WHEN 1 THEN 't2' ELSE 'm' || (i - 5) END);
    EXECUTE format('CREATE UNIQUE INDEX m%s_id ON m%1$s (id)', i);
  END LOOP;
  CREATE MATERIALIZED VIEW empty_one AS SELECT * FROM m96 WITH NO DATA;
END $do$;

-- names
CREATE TABLE "Odd; ""schema"".x"."select ""a"".b; --" ("id ""x""; " serial PRIMARY KEY, "ünï.ü" text UNIQUE, "$1" int);
INSERT INTO "Odd; ""schema"".x"."select ""a"".b; --" ("ünï.ü", "$1") SELECT 'x' || g, g FROM generate_series(1, 9) g;
CREATE TABLE "Odd; ""schema"".x"."TABLE" ("ON" int REFERENCES "Odd; ""schema"".x"."select ""a"".b; --", CONSTRAINT "ADD CONSTRAINT x; '" UNIQUE ("ON"));
INSERT INTO "Odd; ""schema"".x"."TABLE" SELECT generate_series(1, 9);
CREATE INDEX "CREATE INDEX; ""i""" ON "Odd; ""schema"".x"."select ""a"".b; --" (("$1" * 2)) WHERE "ünï.ü" <> '; WHERE';
CREATE TABLE nameless ();
INSERT INTO nameless DEFAULT VALUES;

-- one table of many blocks, and rows longer than a block
CREATE TABLE big (id int PRIMARY KEY, n numeric, t text, u text UNIQUE);
INSERT INTO big SELECT g, g * 1.5, repeat(md5(g::text), 2), 'u' || g FROM generate_series(1, 45000) g;
CREATE INDEX big_t ON big (t);
CREATE INDEX big_n ON big USING brin (n);
CREATE TABLE wide (id int PRIMARY KEY, t text);
INSERT INTO wide SELECT g, repeat(md5(g::text), CASE g % 20 WHEN 7 THEN 50000 ELSE 20 END) FROM generate_series(1, 60) g;

-- comments on everything
SELECT run('COMMENT ON ' || kind || ' %s IS %L', c.oid::regclass::text, 'it''s; "' || relname || '"')
FROM pg_class c, LATERAL (SELECT CASE relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'TABLE' WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX'
  WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' END AS kind) k
WHERE relnamespace IN ('r'::regnamespace, '"Odd; ""schema"".x"'::regnamespace) AND kind IS NOT NULL;
SELECT run('COMMENT ON CONSTRAINT %I ON %s IS %L', conname, conrelid::regclass::text, 'c ' || conname)
FROM pg_constraint WHERE conrelid <> 0 AND connamespace = 'r'::regnamespace AND contype <> 't';
SELECT run('COMMENT ON TRIGGER %I ON %s IS %L', tgname, tgrelid::regclass::text, 't ' || tgname)
FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0;
SELECT run('COMMENT ON POLICY %I ON %s IS %L', polname, polrelid::regclass::text, 'p ' || polname) FROM pg_policy;
SELECT run('COMMENT ON RULE %I ON %s IS %L', rulename, format('%I.%I', schemaname, tablename), 'r ' || rulename)
FROM pg_rules WHERE schemaname = 'r';
SELECT run('COMMENT ON STATISTICS %I IS %L', stxname, 's ' || stxname) FROM pg_statistic_ext;
SELECT run('COMMENT ON COLUMN %s.a IS %L', 't' || g, 'column of ' || g) FROM generate_series(1, 100, 9) g;

-- large objects
SELECT lo_from_bytea((80000 + g)::oid, decode(repeat(md5(g::text), g * 50), 'hex')) FROM generate_series(1, 40) g;
SELECT run('COMMENT ON LARGE OBJECT %s IS %L', (80000 + g)::text, 'lo ' || g) FROM generate_series(1, 40, 2) g;
SELECT run('GRANT SELECT ON LARGE OBJECT %s TO PUBLIC', (80000 + g)::text) FROM generate_series(1, 40, 3) g;
DROP FUNCTION run;
CREATE PUBLICATION of_r FOR TABLE t1, t2, p1;
GRANT SELECT ON t1, p1, m1, big TO PUBLIC;
