-- What the provider says to SQLite. A row whose deadline is at or before :forgotten is as good as absent, and so is one of an
-- older generation. The index of principals is named where it is meant: without statistics SQLite would take the other one.

-- Also says why a replace wrote nothing, in the same transaction.
-- name: load
SELECT record AS text, deadline FROM "{table}"
WHERE id = :id AND ended IS NULL AND deadline > :forgotten
  AND generation = (SELECT current FROM "{table}_generation");

-- name: create
INSERT INTO "{table}" (id, generation, etag, deadline, record)
VALUES (:id, (SELECT current FROM "{table}_generation"), :etag, :deadline, :text)
ON CONFLICT (id) DO UPDATE
SET generation = excluded.generation, etag = excluded.etag, deadline = excluded.deadline, ended = NULL,
  principal = NULL, record = excluded.record
WHERE "{table}".deadline <= :forgotten;

-- name: replace
UPDATE "{table}" SET etag = :etag, deadline = :deadline, record = :text
WHERE id = :id AND etag = :known AND ended IS NULL AND deadline > :forgotten
  AND generation = (SELECT current FROM "{table}_generation");

-- name: touch
UPDATE "{table}" SET deadline = :deadline
WHERE id = :id AND ended IS NULL AND deadline > :forgotten AND deadline < :deadline
  AND generation = (SELECT current FROM "{table}_generation");

-- name: end
UPDATE "{table}" SET etag = '', deadline = :now, ended = :reason, principal = NULL, record = ''
WHERE id = :id AND ended IS NULL AND deadline > :forgotten
  AND generation = (SELECT current FROM "{table}_generation");

-- name: assign
UPDATE "{table}" SET principal = :principal WHERE id = :id;

-- name: sessions_of
SELECT id, record AS text, deadline FROM "{table}" INDEXED BY "{table}_principal"
WHERE principal = :principal AND deadline > :now
  AND generation = (SELECT current FROM "{table}_generation");

-- Of each record the first line.
-- name: others_of
SELECT id, substr(record, 1, instr(record, char(10))) AS text, deadline
FROM "{table}" INDEXED BY "{table}_principal"
WHERE principal = :principal AND id <> :id AND deadline > :forgotten
  AND generation = (SELECT current FROM "{table}_generation");

-- name: end_sessions_of
UPDATE "{table}" INDEXED BY "{table}_principal"
SET etag = '', deadline = :now, ended = :reason, principal = NULL, record = ''
WHERE principal = :principal AND id IS NOT :except AND deadline > :forgotten
  AND generation = (SELECT current FROM "{table}_generation")
RETURNING id;

-- name: end_everything
UPDATE "{table}_generation" SET current = current + 1;

-- Expired are the rows whose time was over; the others are tombstones, or were ended with everything.
-- name: sweep
DELETE FROM "{table}" WHERE rowid IN (
  SELECT rowid FROM "{table}"
  WHERE (generation, deadline) <= ((SELECT current FROM "{table}_generation"), :forgotten)
  LIMIT :limit
)
RETURNING id, substr(record, 1, instr(record, char(10))) AS text, deadline,
  ended IS NULL AND generation = (SELECT current FROM "{table}_generation") AS expired;
