CREATE TABLE IF NOT EXISTS "{table}" (
  -- 22 characters of base64url: public, and no secret.
  id       TEXT PRIMARY KEY NOT NULL,
  -- The first twelve characters of the record, against which a write is compared.
  etag     TEXT NOT NULL,
  -- Until when the session is live, in epoch milliseconds of the app's clock. In a tombstone: when it ended.
  deadline INTEGER NOT NULL,
  -- Why the session ended; empty while it lives. A row with a reason is a tombstone and has no record any more.
  ended    TEXT,
  -- Stands last, as a long one continues on pages of its own.
  record   TEXT NOT NULL
);

-- For the sweep only.
CREATE INDEX IF NOT EXISTS "{table}_deadline" ON "{table}" (deadline);
