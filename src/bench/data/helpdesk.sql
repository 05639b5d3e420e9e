-- The help desk of the benchmark: 300 MB as a script at scale 1. sqlite3 -cmd ".param set :scale 1" new.db < helpdesk.sql
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
BEGIN;
CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000 * :scale)
INSERT INTO clients SELECT i, 'Client ' || i, 'client' || i || '@example.org' FROM n;
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    title TEXT NOT NULL,
    body TEXT,
    score REAL,
    created_at TEXT
);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300000 * :scale)
INSERT INTO tickets
SELECT i, 1 + i * 7919 % CAST(200000 * :scale AS INTEGER), 'Ticket ' || i, hex(randomblob(64)), i % 100 / 7.0,
       datetime(1600000000 + i * 60, 'unixepoch') FROM n;
CREATE INDEX tickets_client ON tickets (client_id);
CREATE INDEX tickets_created ON tickets (created_at);
COMMIT;
