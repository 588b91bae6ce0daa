-- The tables of PostgresSessionProvider. The provider runs this file itself when it is told to migrate; by hand:
--
--   psql -v schema=public -v table=nestjs_sessions -v index=nestjs_sessions_principal \
--        -v generation=nestjs_sessions_generation -f schema.sql
--
-- Nobody but the provider has to write to them, so SELECT, INSERT, UPDATE and DELETE on the first, SELECT and UPDATE on the second
-- are all the rights that the app needs.

CREATE TABLE IF NOT EXISTS :"schema".:"table" (
  -- 22 characters of base64url: public, and no secret.
  id          text COLLATE "C" PRIMARY KEY,
  -- The first twelve characters of the record, against which a write is compared.
  etag        text COLLATE "C" NOT NULL,
  -- Until when the session is live, in epoch milliseconds of the app's clock. In a tombstone: when it ended.
  -- A touch writes this and nothing else. An index on it would make every touch a write to that index and a new row version
  -- on another page; without one the new version stays on the page (HOT) and needs no vacuum.
  deadline    bigint NOT NULL,
  -- That of the other table when the row was created; nothing moves it. In a later one the session is dead.
  generation  bigint NOT NULL,
  -- Why the session ended; empty while it lives. A row with a reason is a tombstone and has no record any more.
  ended       text COLLATE "C",
  -- SHA-256 of the principal, base64url: of one length and of one alphabet, whatever the app calls its users. Empty for nobody.
  principal   text COLLATE "C",
  -- Microseconds of the server's clock at the login: puts logins of one millisecond in order. Empty where nobody ever logged in.
  login_order bigint,
  record      text NOT NULL
) WITH (
  -- A quarter of each page stays free for the new versions of its rows.
  fillfactor = 75,
  autovacuum_vacuum_scale_factor = 0.05
);

CREATE INDEX IF NOT EXISTS :"index" ON :"schema".:"table" (principal) WHERE principal IS NOT NULL;

-- One row, which a login never writes to. To end all sessions is to add one to it.
CREATE TABLE IF NOT EXISTS :"schema".:"generation" (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  generation bigint NOT NULL DEFAULT 1
);

INSERT INTO :"schema".:"generation" DEFAULT VALUES ON CONFLICT DO NOTHING;
