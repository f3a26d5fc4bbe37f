-- Erasure: called by src/kyc/store/erasure.repository.ts. The current text of kyc_erase_user is in
-- users-table-functions.sql. The text in erasure-functions.sql is the one of version 0.1.0.
-- Placeholders: {{userIdType}} is the type of users.id, {{schema}} the quoted schema of the tables.

-- Removes everything that names the user at a provider: session ids, links, references and notes. An event's key can
-- contain any of them, so it is replaced by its hash. A repeated delivery hashes to the same key and is recognized.
--
-- A gateway with a role of its own may not change these rows. The function runs with the rights of the owner.
CREATE OR REPLACE FUNCTION kyc_erase_user(erased_user {{userIdType}}, keeps_decision boolean, OUT sessions integer, OUT events integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {{schema}}, pg_temp
AS $body$
DECLARE
  own uuid[];
  touched integer;
BEGIN
  -- Every erasure must leave evidence.
  IF NOT EXISTS (SELECT FROM kyc_erasures e WHERE e.user_id = erased_user AND e.place = 'gateway'
                 AND e.xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'kyc_erase_user: write the row of kyc_erasures first, in the same transaction';
  END IF;

  PERFORM set_config('kyc.maintenance', 'on', true);
  -- Retention locks attempts before their events, too.
  SELECT coalesce(array_agg(s.id), '{}') INTO own FROM (
    SELECT a.id FROM kyc_sessions a WHERE a.user_id = erased_user ORDER BY a.id FOR UPDATE) s;
  sessions := cardinality(own);
  events := 0;

  IF NOT keeps_decision THEN
    DELETE FROM kyc_events e USING kyc_sessions s
      WHERE s.id = ANY (own) AND e.provider = s.provider AND e.provider_session_id = s.provider_session_id;
    GET DIAGNOSTICS events = ROW_COUNT;
    UPDATE users u SET kyc_status = 'not_verified', kyc_provider = NULL, kyc_session_id = NULL, kyc_rejection_reason = NULL
      WHERE u.id = erased_user;
    -- The number remains, so that an erasure does not renew the user's attempts.
    UPDATE kyc_erasures e SET deleted_attempts = (
        SELECT count(*) FROM kyc_sessions s
        WHERE s.id = ANY (own) AND (s.provider_session_id IS NOT NULL OR s.phase = 'opening'))
      WHERE e.user_id = erased_user AND e.place = 'gateway' AND e.xmin = pg_current_xact_id()::xid;
    DELETE FROM kyc_sessions s WHERE s.id = ANY (own);
  ELSE
    -- A later verdict of an erased session still changes the anonymous attempt. The hash identifies the session.
    UPDATE kyc_erasures x SET kept_attempt_id = s.id
      FROM kyc_sessions s
      WHERE s.id = ANY (own) AND s.provider_session_id NOT LIKE 'erased:%' AND x.user_id = erased_user
        AND x.session_hash = kyc_hash(s.provider || ':' || s.provider_session_id);
    UPDATE kyc_events e SET
        reference = NULL, note = NULL, provider_session_id = 'erased:' || s.id, event_key = kyc_hash(e.event_key),
        is_refused = e.is_refused OR coalesce(e.reference <> s.user_id::text, false)
      FROM kyc_sessions s
      WHERE s.id = ANY (own) AND s.provider_session_id NOT LIKE 'erased:%'
        AND e.provider = s.provider AND e.provider_session_id = s.provider_session_id;
    GET DIAGNOSTICS events = ROW_COUNT;
    UPDATE users u SET kyc_session_id = 'erased:' || s.id
      FROM kyc_sessions s
      WHERE u.id = erased_user AND s.id = ANY (own) AND s.provider_session_id NOT LIKE 'erased:%'
        AND s.provider = u.kyc_provider AND s.provider_session_id = u.kyc_session_id;
    -- The caller has ended the current attempt. Any other attempt that is not over changes no status.
    UPDATE kyc_sessions s SET
        provider_session_id = CASE WHEN s.provider_session_id IS NOT NULL THEN 'erased:' || s.id END,
        resume_token = NULL, redirect_url = NULL, next_read_at = NULL,
        phase = CASE WHEN s.phase IN ('approved', 'declined', 'expired', 'abandoned', 'failed') THEN s.phase
                     WHEN s.provider_session_id IS NULL THEN 'failed' ELSE 'abandoned' END,
        ended_at = coalesce(s.ended_at, now())
      WHERE s.id = ANY (own);
  END IF;

  -- Other events hold only the user's id: events of other users' sessions (they still change nothing), events without
  -- a session, and events of sessions without an attempt, because a start crashed or the row of users was deleted.
  UPDATE kyc_events e SET
      reference = NULL, note = NULL, is_refused = e.is_refused OR found.is_foreign,
      provider_session_id = CASE WHEN found.is_foreign THEN e.provider_session_id END,
      event_key = CASE WHEN e.provider_session_id IS NULL OR found.is_foreign THEN e.event_key ELSE kyc_hash(e.event_key) END
    FROM (
      SELECT o.id, EXISTS (SELECT FROM kyc_sessions s WHERE s.provider = o.provider
                           AND s.provider_session_id = o.provider_session_id) AS is_foreign
      FROM kyc_events o WHERE o.reference = erased_user::text
    ) found
    WHERE e.id = found.id;
  GET DIAGNOSTICS touched = ROW_COUNT;
  events := events + touched;
  -- Events of a session without an attempt may name no user. The evidence names their session.
  UPDATE kyc_events e SET provider_session_id = NULL, note = NULL, event_key = kyc_hash(e.event_key)
    FROM kyc_erasures x
    WHERE x.user_id = erased_user AND x.erased_at IS NULL AND x.provider_session_id IS NOT NULL
      AND e.provider = x.place AND e.provider_session_id = x.provider_session_id;
  GET DIAGNOSTICS touched = ROW_COUNT;
  events := events + touched;
  PERFORM set_config('kyc.maintenance', '', true);
END
$body$;

REVOKE ALL ON FUNCTION kyc_erase_user FROM PUBLIC;

-- Stores the session that a provider has found for an attempt of a pending erasure, and erases its events. They belong
-- to no attempt, because the gateway never knew the session.
CREATE FUNCTION kyc_record_recovered_session(erasure uuid, found_session text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {{schema}}, pg_temp
AS $body$
BEGIN
  UPDATE kyc_erasures x SET provider_session_id = found_session, session_hash = kyc_hash(x.place || ':' || found_session)
    WHERE x.id = erasure AND x.erased_at IS NULL AND x.attempt_id IS NOT NULL;
  PERFORM set_config('kyc.maintenance', 'on', true);
  UPDATE kyc_events e SET provider_session_id = NULL, reference = NULL, note = NULL, event_key = kyc_hash(e.event_key)
    FROM kyc_erasures x
    WHERE x.id = erasure AND x.attempt_id IS NOT NULL
      AND e.provider = x.place AND e.provider_session_id = x.provider_session_id
      AND NOT EXISTS (SELECT FROM kyc_sessions s WHERE s.provider = e.provider AND s.provider_session_id = e.provider_session_id);
  PERFORM set_config('kyc.maintenance', '', true);
END
$body$;

REVOKE ALL ON FUNCTION kyc_record_recovered_session FROM PUBLIC;
