-- Retention: called by src/kyc/retention/retention.repository.ts.
-- Placeholder: {{schema}} is the quoted schema of the tables.
--
-- Each function deletes a bounded number of rows. They are the only way to delete rows for a role without the right to
-- delete, so they reject dates that are too recent.

-- The shortest retention period is 30 days. One day less allows for clocks that differ.
CREATE FUNCTION kyc_require_old(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
  IF moment IS NULL OR moment > now() - interval '29 days' THEN
    RAISE EXCEPTION 'rows younger than 29 days cannot be deleted';
  END IF;
END $body$;

-- Attempts that have ended and are not the current attempt of their user, with their events.
CREATE FUNCTION kyc_purge_sessions(ended_before timestamptz, most integer, OUT sessions integer, OUT events integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {{schema}}, pg_temp
AS $body$
DECLARE gone uuid[];
BEGIN
  PERFORM kyc_require_old(ended_before), set_config('kyc.maintenance', 'on', true);
  SELECT coalesce(array_agg(found.id), '{}') INTO gone FROM (
    SELECT s.id FROM kyc_sessions s
    WHERE s.ended_at < ended_before AND NOT EXISTS (
      SELECT FROM users u WHERE u.id = s.user_id AND u.kyc_provider = s.provider AND u.kyc_session_id = s.provider_session_id)
    ORDER BY s.ended_at LIMIT most FOR UPDATE SKIP LOCKED) found;
  DELETE FROM kyc_events e USING kyc_sessions s
    WHERE s.id = ANY (gone) AND e.provider = s.provider AND e.provider_session_id = s.provider_session_id;
  GET DIAGNOSTICS events = ROW_COUNT;
  PERFORM set_config('kyc.maintenance', '', true);
  DELETE FROM kyc_sessions s WHERE s.id = ANY (gone);
  sessions := cardinality(gone);
END
$body$;

REVOKE ALL ON FUNCTION kyc_purge_sessions FROM PUBLIC;

-- Events without an attempt, among the next events by id. Returns in `last` where the next call continues; null once
-- the remaining events are too young.
CREATE FUNCTION kyc_purge_events(received_before timestamptz, after bigint, most integer, OUT last bigint, OUT events integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {{schema}}, pg_temp
AS $body$
BEGIN
  PERFORM kyc_require_old(received_before), set_config('kyc.maintenance', 'on', true);
  SELECT CASE WHEN bool_or(next.received_at < received_before) THEN max(next.id) END INTO last
    FROM (SELECT e.id, e.received_at FROM kyc_events e WHERE e.id > after ORDER BY e.id LIMIT most) next;
  DELETE FROM kyc_events e
    WHERE e.id > after AND e.id <= last AND e.received_at < received_before AND NOT EXISTS (
      SELECT FROM kyc_sessions s WHERE s.provider = e.provider AND s.provider_session_id = e.provider_session_id);
  GET DIAGNOSTICS events = ROW_COUNT;
  PERFORM set_config('kyc.maintenance', '', true);
END
$body$;

REVOKE ALL ON FUNCTION kyc_purge_events FROM PUBLIC;

-- The evidence of requests that were complete before the date.
CREATE FUNCTION kyc_purge_erasures(complete_before timestamptz, most integer, OUT erasures integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {{schema}}, pg_temp
AS $body$
BEGIN
  PERFORM kyc_require_old(complete_before);
  DELETE FROM kyc_erasures e WHERE e.request_id IN (
    SELECT r.request_id FROM kyc_erasures r GROUP BY r.request_id
    HAVING bool_and(r.erased_at IS NOT NULL) AND max(greatest(r.erased_at, r.final_at)) < complete_before
    LIMIT most);
  GET DIAGNOSTICS erasures = ROW_COUNT;
END
$body$;

REVOKE ALL ON FUNCTION kyc_purge_erasures FROM PUBLIC;

CREATE INDEX kyc_sessions_ended ON kyc_sessions (ended_at) WHERE ended_at IS NOT NULL;
