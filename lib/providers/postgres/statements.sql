-- What the provider says to PostgreSQL. "Forgotten" is an instant: a row whose deadline is at or before it is as good as absent.
--
-- A row of an older generation is dead, too. The generation of today is a subquery, so it comes from the snapshot of the statement:
-- a write that waited for its row while everything ended may still be done. It is done to a row that keeps its old generation, so
-- nobody will ever see it.

-- Also says why a replace wrote nothing, and what the row is now: as a statement of its own, since only a new snapshot shows that.
-- $1 id, $2 forgotten
-- name: load
SELECT record, deadline FROM {table}
WHERE id = $1 AND ended IS NULL AND deadline > $2 AND generation = (SELECT generation FROM {generation});

-- $1 id, $2 etag, $3 deadline, $4 record, $5 forgotten
-- name: create
INSERT INTO {table} AS held (id, etag, deadline, generation, record)
VALUES ($1, $2, $3, (SELECT generation FROM {generation}), $4)
ON CONFLICT (id) DO UPDATE
SET etag = excluded.etag, deadline = excluded.deadline, generation = excluded.generation, ended = NULL,
    principal = NULL, login_order = NULL, record = excluded.record
WHERE held.deadline <= $5;

-- The creation of a login, in line with whoever has to know all sessions of the principal, see principal_turn.
-- $1 id, $2 etag, $3 deadline, $4 record, $5 forgotten, $6 principal
-- name: admit_create
WITH turn AS (
  SELECT pg_advisory_xact_lock_shared(hashtextextended('nestjs-sessions principal {table} ' || $6::text, 0))
)
INSERT INTO {table} AS held (id, etag, deadline, generation, principal, login_order, record)
SELECT $1, $2, $3::bigint, (SELECT generation FROM {generation}), $6::text, {login_order}, $4 FROM turn
ON CONFLICT (id) DO UPDATE
SET etag = excluded.etag, deadline = excluded.deadline, generation = excluded.generation, ended = NULL,
    principal = excluded.principal, login_order = excluded.login_order, record = excluded.record
WHERE held.deadline <= $5;

-- The swap. Every condition on the row is a comparison on a column of the row itself, so PostgreSQL checks it again once it has the
-- lock of a row that somebody else has just changed. A subquery about the same row would not be: it was answered from the snapshot.
-- $1 id, $2 etag, $3 deadline, $4 record, $5 forgotten, $6 known etag
-- name: replace
UPDATE {table} SET etag = $2, deadline = $3, record = $4
WHERE id = $1 AND etag = $6 AND ended IS NULL AND deadline > $5 AND generation = (SELECT generation FROM {generation});

-- The swap of a login, in line as its creation is: the turn is taken before the row is looked at.
-- $1 id, $2 etag, $3 deadline, $4 record, $5 forgotten, $6 known etag, $7 principal
-- name: admit_replace
WITH turn AS (
  SELECT pg_advisory_xact_lock_shared(hashtextextended('nestjs-sessions principal {table} ' || $7::text, 0))
)
UPDATE {table} SET etag = $2, deadline = $3, record = $4, principal = $7::text, login_order = {login_order} FROM turn
WHERE id = $1 AND etag = $6 AND ended IS NULL AND deadline > $5 AND generation = (SELECT generation FROM {generation});

-- A dead row may be touched, too: it stays dead.
-- $1 id, $2 deadline, $3 forgotten
-- name: touch
UPDATE {table} SET deadline = $2
WHERE id = $1 AND ended IS NULL AND deadline > $3 AND deadline < $2;

-- $1 id, $2 reason, $3 now, $4 forgotten
-- name: end
UPDATE {table} SET etag = '', deadline = $3, ended = $2, principal = NULL, record = ''
WHERE id = $1 AND ended IS NULL AND deadline > $4 AND generation = (SELECT generation FROM {generation});

-- Whoever has to know all sessions of a principal waits here until no login of the principal is under way, and lets none begin
-- before the end of the transaction. What follows is a statement of its own: only a new snapshot shows what was waited for.
-- $1 principal
-- name: principal_turn
SELECT pg_advisory_xact_lock(hashtextextended('nestjs-sessions principal {table} ' || $1::text, 0));

-- What a login within a limit has to know, and the row that it writes to. Nothing changes any of these rows any more, be it a touch,
-- until the transaction ends. All who lock several rows do so in the order of their ids, so that none waits for another in a circle.
-- $1 principal, $2 id, $3 forgotten
-- name: lock_sessions_of
SELECT id, deadline, login_order, {first_line} AS record FROM {table}
WHERE (principal = $1 OR id = $2) AND ended IS NULL AND deadline > $3
  AND generation = (SELECT generation FROM {generation})
ORDER BY id FOR NO KEY UPDATE;

-- Only for rows that are locked.
-- $1 ids, $2 now
-- name: make_room
UPDATE {table}
SET etag = '', deadline = $2, ended = CASE WHEN deadline > $2 THEN 'evicted' ELSE 'expired' END, principal = NULL, record = ''
WHERE id = ANY ($1::text[]);

-- $1 principal, $2 now
-- name: sessions_of
SELECT id, deadline, login_order, record FROM {table}
WHERE principal = $1 AND ended IS NULL AND deadline > $2 AND generation = (SELECT generation FROM {generation});

-- The inner statement locks what is theirs, so the outer one finds it unchanged.
-- $1 principal, $2 reason, $3 now, $4 forgotten, $5 the id of the exception
-- name: end_sessions_of
UPDATE {table} SET etag = '', deadline = $3, ended = $2, principal = NULL, record = ''
WHERE id = ANY (ARRAY(
  SELECT id FROM {table}
  WHERE principal = $1 AND id IS DISTINCT FROM $5::text AND ended IS NULL AND deadline > $4
    AND generation = (SELECT generation FROM {generation})
  ORDER BY id FOR NO KEY UPDATE
))
RETURNING id;

-- name: end_everything
UPDATE {generation} SET generation = generation + 1;

-- Part of the table, by the places of its rows, so that the sweep needs no index. The outer condition is for a row that came to
-- life again in between; "less" and not "other", as it may have done so in a generation that this statement does not know.
-- $1 first place, $2 place after the last, $3 forgotten, $4 limit
-- name: sweep
DELETE FROM {table}
WHERE (deadline <= $3 OR generation < (SELECT generation FROM {generation})) AND ctid = ANY (ARRAY(
  SELECT ctid FROM {table}
  WHERE ctid >= $1::tid AND ctid < $2::tid AND (deadline <= $3 OR generation < (SELECT generation FROM {generation})) LIMIT $4
));

-- The same, and says which sessions expired. The others were dead before: they have no record in the answer.
-- $1 first place, $2 place after the last, $3 forgotten, $4 limit
-- name: sweep_and_tell
DELETE FROM {table}
WHERE (deadline <= $3 OR generation < (SELECT generation FROM {generation})) AND ctid = ANY (ARRAY(
  SELECT ctid FROM {table}
  WHERE ctid >= $1::tid AND ctid < $2::tid AND (deadline <= $3 OR generation < (SELECT generation FROM {generation})) LIMIT $4
))
RETURNING id, deadline,
  CASE WHEN ended IS NULL AND generation = (SELECT generation FROM {generation}) THEN {first_line} END AS record;

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

-- $1 table with its schema, $2 the rights that are needed
-- name: rights
SELECT privilege FROM unnest($2::text[]) AS privilege
WHERE NOT has_table_privilege(to_regclass($1::text), privilege);

-- name: generation
SELECT generation FROM {generation};

-- name: health
SELECT id FROM {table} LIMIT 0;

-- The roster of the processes that cache: rows of this table, so that it needs no other one and no further right. No id of a session
-- has a colon, no sweep comes as far as their deadline and generation, and a row that says why it ended is no record.
-- name: roster
SELECT substr(id, 6) AS name, ended AS state FROM {table} WHERE id > 'near:' AND id < 'near;';

-- $1 the name of a process, which nobody had before, $2 its state, $3 the name under which the roster keeps when it began,
-- $4 a mark that no roster had before
-- name: roster_join
INSERT INTO {table} (id, etag, deadline, generation, ended, record)
VALUES ('near:' || $1::text, '', 9223372036854775807, 9223372036854775807, $2::text, ''),
       ('near:' || $3::text, '', 9223372036854775807, 9223372036854775807, $4::text, '')
ON CONFLICT (id) DO NOTHING;

-- $1 the name of a process, $2 its state
-- name: roster_expel
UPDATE {table} SET ended = $2 WHERE id = 'near:' || $1::text;

-- $1 the name of a process
-- name: roster_remove
DELETE FROM {table} WHERE id = 'near:' || $1::text;
