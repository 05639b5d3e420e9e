-- The sample shop: small, but with one of nearly everything pg_dump knows. Source of every archive in this folder.
-- psql -v ON_ERROR_STOP=1 -f shop.sql on an empty database of a server with roles shop_owner, shop_app, shop_audit.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE SCHEMA sales AUTHORIZATION shop_owner;
CREATE SCHEMA "Odd Names; -- \ 'quoted'" AUTHORIZATION shop_owner;
CREATE SCHEMA audit AUTHORIZATION shop_audit;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA sales GRANT SELECT ON TABLES TO shop_app;
SET ROLE shop_owner;
CREATE TYPE sales.order_status AS ENUM ('new', 'paid', 'shipped', 'done', 'it''s; odd');
CREATE DOMAIN sales.email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE TYPE sales.address AS (street text, city text, zip varchar(12));
CREATE SEQUENCE sales.invoice_no START 1000 INCREMENT 7;
CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  NEW.updated_at := now(); -- a comment; with a semicolon
  RETURN NEW;
END;
$body$;
CREATE FUNCTION sales.net(gross numeric, rate numeric DEFAULT 0.19) RETURNS numeric
  IMMUTABLE PARALLEL SAFE BEGIN ATOMIC
  SELECT CASE WHEN rate IS NULL THEN gross ELSE round(gross / (1 + rate), 2) END;
END;
CREATE FUNCTION sales.nested() RETURNS text LANGUAGE sql AS $f$ SELECT $x$ a;b $x$ || E'it\'s' || '$$'::text $f$;
CREATE PROCEDURE sales.tick(INOUT n int) LANGUAGE plpgsql AS $_$ BEGIN n := n + 1; COMMIT; END $_$;
CREATE AGGREGATE sales.mul(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE TABLE sales.users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email sales.email NOT NULL UNIQUE,
  name text NOT NULL, home sales.address, tags text[] DEFAULT '{}', prefs hstore, secret bytea,
  created_at timestamptz NOT NULL, updated_at timestamptz,
  name_lower text GENERATED ALWAYS AS (lower(name)) STORED);
COMMENT ON TABLE sales.users IS 'People who buy; "quoted" and; odd -- comment';
COMMENT ON COLUMN sales.users.secret IS E'line one\nline two\\.';
CREATE TABLE sales.products (
  id integer PRIMARY KEY, sku text NOT NULL, title text NOT NULL, price numeric(10,2) CHECK (price >= 0),
  attributes jsonb, valid tstzrange, parent integer REFERENCES sales.products(id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT products_sku_key UNIQUE (sku) DEFERRABLE);
CREATE TABLE sales.orders (
  id bigint NOT NULL, user_id bigint NOT NULL REFERENCES sales.users(id) ON DELETE CASCADE,
  status sales.order_status NOT NULL DEFAULT 'new', placed_at timestamptz NOT NULL, note text, total numeric(12,2),
  PRIMARY KEY (id, placed_at)) PARTITION BY RANGE (placed_at);
CREATE TABLE sales.orders_2024 PARTITION OF sales.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE sales.orders_2025 PARTITION OF sales.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE sales.orders_rest PARTITION OF sales.orders DEFAULT;
CREATE TABLE sales.order_items (
  id bigserial PRIMARY KEY, order_id bigint NOT NULL, placed_at timestamptz NOT NULL,
  product_id integer NOT NULL REFERENCES sales.products(id), quantity integer NOT NULL, price numeric(10,2),
  FOREIGN KEY (order_id, placed_at) REFERENCES sales.orders(id, placed_at));
CREATE TABLE sales.bookings (room int, during tsrange, EXCLUDE USING gist (during WITH &&));
CREATE TABLE sales.base (a int, b text); CREATE TABLE sales.child (c date) INHERITS (sales.base);
CREATE UNLOGGED TABLE sales.cart (id int PRIMARY KEY, body text);
CREATE TABLE sales."MixedCase ""Table""" ("Col 1" int, "semi;colon" text, "back\slash" text);
CREATE TABLE "Odd Names; -- \ 'quoted'"."täble ünïcode 数据" ("spalte größe" text, "emoji 😀" text);
CREATE TABLE sales.empty_table (id int);
CREATE TABLE sales.no_columns ();
INSERT INTO sales.users (email, name, home, tags, prefs, secret, created_at)
  SELECT 'user' || i || '@example.org', (ARRAY['Ann','Jürgen','李雷','O''Neil','tab' || chr(9) || 'bed','back\slash','\.','line' || chr(10) || 'feed'])[1 + i % 8] || ' ' || i,
    ROW('Street ' || i, 'City, "' || i || '"', lpad(i::text, 5, '0'))::sales.address, ARRAY['a', 'b{' || i, NULL, 'q"' || i],
    hstore('theme', CASE WHEN i % 3 = 0 THEN NULL ELSE 'dark' END), decode(md5(i::text), 'hex'), timestamptz '2024-01-01 00:00+00' + i * interval '7 hour'
  FROM generate_series(1, 2000) i;
INSERT INTO sales.products SELECT i, 'SKU-' || i, repeat('Product ' || i || ' ', 1 + i % 4), (i % 500) / 7.0, jsonb_build_object('c', i % 9, 'nested', jsonb_build_array(i, 'x\y')),
  tstzrange('2024-01-01+00', CASE WHEN i % 2 = 0 THEN NULL ELSE '2026-01-01+00'::timestamptz END), CASE WHEN i > 10 THEN i % 10 + 1 END FROM generate_series(1, 500) i;
INSERT INTO sales.orders SELECT i, 1 + i % 2000, (enum_range(NULL::sales.order_status))[1 + i % 5], timestamptz '2023-11-01 00:00+00' + i * interval '3 hour',
  CASE WHEN i % 11 = 0 THEN E'multi\nline\\.\n\\.' END, (i % 1000) / 3.0 FROM generate_series(1, 8000) i;
INSERT INTO sales.order_items (order_id, placed_at, product_id, quantity, price)
  SELECT 1 + i % 8000, timestamptz '2023-11-01 00:00+00' + (1 + i % 8000) * interval '3 hour', 1 + i % 500, 1 + i % 4, (i % 90) / 7.0 FROM generate_series(1, 20000) i;
INSERT INTO sales.bookings SELECT i, tsrange(timestamp '2025-01-01' + i * interval '1 day', timestamp '2025-01-01' + (i + 1) * interval '1 day') FROM generate_series(1, 50) i;
INSERT INTO sales.base VALUES (1, 'one'), (2, NULL), (3, ''); INSERT INTO sales.child VALUES (4, 'four', '2025-02-28'), (NULL, '\N', 'infinity');
INSERT INTO sales.cart VALUES (1, 'kept by pg_dump');
INSERT INTO sales."MixedCase ""Table""" VALUES (1, ';', '\'), (2, '--', '\\'), (3, '/*', E'\\.');
INSERT INTO "Odd Names; -- \ 'quoted'"."täble ünïcode 数据" VALUES ('größer', '😀'), (NULL, repeat('漢', 3000));
INSERT INTO sales.no_columns DEFAULT VALUES;
SELECT nextval('sales.invoice_no') FROM generate_series(1, 12);
CREATE INDEX orders_note_trgm ON sales.orders USING gin (note gin_trgm_ops);
CREATE INDEX products_attributes ON sales.products USING gin (attributes jsonb_path_ops);
CREATE UNIQUE INDEX users_name_lower ON sales.users (lower(email::text)) WHERE created_at > '2024-01-01';
CREATE INDEX orders_placed ON sales.orders USING brin (placed_at);
ALTER TABLE sales.orders_2024 CLUSTER ON orders_2024_pkey;
ALTER TABLE sales.products REPLICA IDENTITY USING INDEX products_pkey;
CREATE STATISTICS sales.order_stats (dependencies, ndistinct) ON user_id, status FROM sales.orders_2025;
CREATE VIEW sales.totals AS SELECT u.id, u.name, sum(o.total) AS total FROM sales.users u LEFT JOIN sales.orders o ON o.user_id = u.id GROUP BY u.id;
CREATE MATERIALIZED VIEW sales.monthly AS SELECT date_trunc('month', placed_at) AS month, count(*) AS n FROM sales.orders GROUP BY 1;
CREATE UNIQUE INDEX monthly_key ON sales.monthly (month);
CREATE MATERIALIZED VIEW sales.on_monthly AS SELECT sum(n) FROM sales.monthly;
CREATE RULE protect AS ON DELETE TO sales.products WHERE old.id < 10 DO INSTEAD (SELECT 1; SELECT 'a;b');
CREATE TRIGGER users_touch BEFORE UPDATE ON sales.users FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name) EXECUTE FUNCTION sales.touch();
ALTER TABLE sales.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON sales.users TO shop_app USING (email = current_user::text) WITH CHECK (true);
GRANT SELECT, INSERT ON sales.users, sales.orders TO shop_app; GRANT USAGE ON SCHEMA sales TO shop_app; GRANT ALL ON SEQUENCE sales.invoice_no TO shop_app WITH GRANT OPTION;
RESET ROLE;
CREATE TABLE audit.log (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), at timestamptz DEFAULT now(), what text, who inet, old xml);
ALTER TABLE audit.log OWNER TO shop_audit;
INSERT INTO audit.log (id, at, what, who, old) SELECT md5(i::text)::uuid, timestamptz '2025-06-01 00:00+00' + i * interval '1 minute', 'event ' || i, ('10.0.0.' || i % 250)::inet, xmlparse(content '<e n="' || i || '"/>') FROM generate_series(1, 3000) i;
CREATE FUNCTION audit.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ddl: %', tg_tag; END $$;
CREATE EVENT TRIGGER shop_ddl ON ddl_command_end EXECUTE FUNCTION audit.on_ddl()