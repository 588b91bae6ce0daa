-- What the provider says to SQLite. A row whose deadline is at or before :forgotten is as good as absent.

-- Also says why a replace wrote nothing, with :forgotten as :now, in the same transaction.
-- name: load
SELECT record AS text, deadline FROM "{table}"
WHERE id = :id AND ended IS NULL AND deadline > :now;

-- name: create
INSERT INTO "{table}" (id, etag, deadline, record) VALUES (:id, :etag, :deadline, :text)
ON CONFLICT (id) DO UPDATE
SET etag = excluded.etag, deadline = excluded.deadline, ended = NULL, record = excluded.record
WHERE "{table}".deadline <= :forgotten;

-- name: replace
UPDATE "{table}" SET etag = :etag, deadline = :deadline, record = :text
WHERE id = :id AND etag = :known AND ended IS NULL AND deadline > :forgotten;

-- name: touch
UPDATE "{table}" SET deadline = :deadline
WHERE id = :id AND ended IS NULL AND deadline > :forgotten AND deadline < :deadline;

-- name: end
UPDATE "{table}" SET etag = '', deadline = :now, ended = :reason, record = ''
WHERE id = :id AND ended IS NULL AND deadline > :forgotten;

-- name: sweep
DELETE FROM "{table}" WHERE rowid IN (
  SELECT rowid FROM "{table}" WHERE deadline <= :forgotten LIMIT :limit
);
