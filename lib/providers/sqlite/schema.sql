CREATE TABLE IF NOT EXISTS "{table}" (
  -- 22 characters of base64url: public, and no secret.
  id         TEXT PRIMARY KEY NOT NULL,
  -- In which generation the session was created. A row of an older one than the current is as good as absent.
  generation INTEGER NOT NULL,
  -- The first twelve characters of the record, against which a write is compared.
  etag       TEXT NOT NULL,
  -- Until when the session is live, in epoch milliseconds of the app's clock. In a tombstone: when it ended.
  deadline   INTEGER NOT NULL,
  -- Why the session ended; empty while it lives. A row with a reason is a tombstone and has no record any more.
  ended      TEXT,
  -- Whose session it is. Empty before a login and in a tombstone.
  principal  TEXT,
  -- Stands last, as a long one continues on pages of its own.
  record     TEXT NOT NULL
);

-- For the sweep only.
CREATE INDEX IF NOT EXISTS "{table}_due" ON "{table}" (generation, deadline);

-- Holds nothing of a session that nobody has logged in to.
CREATE INDEX IF NOT EXISTS "{table}_principal" ON "{table}" (principal) WHERE principal IS NOT NULL;

-- One row. The next generation begins when all sessions are ended at once.
CREATE TABLE IF NOT EXISTS "{table}_generation" (
  current INTEGER NOT NULL
);

INSERT INTO "{table}_generation" (current)
SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM "{table}_generation");
