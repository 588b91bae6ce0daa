-- What the provider says to PostgreSQL. "Forgotten" is an instant: a row whose deadline is at or before it is as good as absent.

-- Also says why a replace wrote nothing, and what the row is now: as a statement of its own, since only a new snapshot shows that.
-- $1 id, $2 now, or "forgotten" after a replace
-- name: load
SELECT record, deadline FROM {table}
WHERE id = $1 AND ended IS NULL AND deadline > $2;

-- $1 id, $2 etag, $3 deadline, $4 principal, $5 record, $6 forgotten
-- name: create
INSERT INTO {table} AS held (id, etag, deadline, principal, record) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE
SET etag = excluded.etag, deadline = excluded.deadline, ended = NULL, principal = excluded.principal, record = excluded.record
WHERE held.deadline <= $6;

-- The swap. Every condition is a comparison on a column of the row itself, so PostgreSQL checks it again once it has the lock of a
-- row that somebody else has just changed. A subquery about the same row would not be: it was answered from the snapshot.
-- $1 id, $2 etag, $3 deadline, $4 principal, $5 record, $6 forgotten, $7 known etag
-- name: replace
UPDATE {table} SET etag = $2, deadline = $3, principal = $4, record = $5
WHERE id = $1 AND etag = $7 AND ended IS NULL AND deadline > $6;

-- $1 id, $2 deadline, $3 forgotten
-- name: touch
UPDATE {table} SET deadline = $2
WHERE id = $1 AND ended IS NULL AND deadline > $3 AND deadline < $2;

-- $1 id, $2 reason, $3 now, $4 forgotten
-- name: end
UPDATE {table} SET etag = '', deadline = $3, ended = $2, principal = NULL, record = ''
WHERE id = $1 AND ended IS NULL AND deadline > $4;

-- Part of the table, by the places of its rows, so that the sweep needs no index. The outer condition is for a row that came to
-- life again in between.
-- $1 first place, $2 place after the last, $3 forgotten, $4 limit
-- name: sweep
DELETE FROM {table}
WHERE deadline <= $3 AND ctid = ANY (ARRAY(
  SELECT ctid FROM {table} WHERE ctid >= $1::tid AND ctid < $2::tid AND deadline <= $3 LIMIT $4
));

-- Whether this transaction may sweep, and how far.
-- $1 table
-- name: sweep_turn
SELECT pg_try_advisory_xact_lock(hashtextextended('nestjs-sessions sweep ' || $1::text, 0)) AS mine,
       (pg_relation_size($1::text::regclass) / current_setting('block_size')::bigint)::float8 AS pages,
       current_setting('server_version_num')::int AS version;

-- Waits for its turn: of several instances that boot at once, one makes the table.
-- $1 table
-- name: migrate_turn
SELECT pg_advisory_xact_lock(hashtextextended('nestjs-sessions migrate ' || $1::text, 0));

-- $1 schema, $2 table with its schema
-- name: existing
SELECT to_regnamespace($1::text) IS NOT NULL AS has_schema, to_regclass($2::text) IS NOT NULL AS has_table;

-- name: server
SELECT current_setting('server_version_num')::int AS version,
       current_setting('server_encoding') AS encoding,
       pg_is_in_recovery() AS standby,
       current_user AS "user";

-- $1 table with its schema
-- name: columns
SELECT attname AS name, format_type(atttypid, NULL) AS type
FROM pg_attribute WHERE attrelid = to_regclass($1::text) AND attnum > 0 AND NOT attisdropped;

-- $1 table with its schema
-- name: rights
SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
WHERE NOT has_table_privilege(to_regclass($1::text), privilege);

-- name: health
SELECT id FROM {table} LIMIT 0;
