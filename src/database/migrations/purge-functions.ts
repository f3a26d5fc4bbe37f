import type { QueryRunner } from 'typeorm';

/**
 * What retention may delete, a bounded number of rows at a time. The functions are the only way in for a role that may
 * delete nothing, so they refuse to take what is of this month, whoever asks. A day less than the shortest period: clocks differ.
 */
const FUNCTIONS = {
  /** Sessions that are over and not their user's current one, with their events. */
  'kyc_purge_sessions(ended_before timestamptz, most integer, OUT sessions integer, OUT events integer)': `
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
    END`,
  /**
   * Events of no session of ours, among the next ones by id. \`last\`: where the next call goes on; null once the rest
   * is too young.
   */
  'kyc_purge_events(received_before timestamptz, after bigint, most integer, OUT last bigint, OUT events integer)': `
    BEGIN
      PERFORM kyc_require_old(received_before), set_config('kyc.maintenance', 'on', true);
      SELECT CASE WHEN bool_or(next.received_at < received_before) THEN max(next.id) END INTO last
        FROM (SELECT e.id, e.received_at FROM kyc_events e WHERE e.id > after ORDER BY e.id LIMIT most) next;
      DELETE FROM kyc_events e
        WHERE e.id > after AND e.id <= last AND e.received_at < received_before AND NOT EXISTS (
          SELECT FROM kyc_sessions s WHERE s.provider = e.provider AND s.provider_session_id = e.provider_session_id);
      GET DIAGNOSTICS events = ROW_COUNT;
      PERFORM set_config('kyc.maintenance', '', true);
    END`,
  /** The evidence of requests that were complete by then. */
  'kyc_purge_erasures(complete_before timestamptz, most integer, OUT erasures integer)': `
    BEGIN
      PERFORM kyc_require_old(complete_before);
      DELETE FROM kyc_erasures e WHERE e.request_id IN (
        SELECT r.request_id FROM kyc_erasures r GROUP BY r.request_id
        HAVING bool_and(r.erased_at IS NOT NULL) AND max(greatest(r.erased_at, r.final_at)) < complete_before
        LIMIT most);
      GET DIAGNOSTICS erasures = ROW_COUNT;
    END`,
} as const;

/** Part of a migration: what is released is never changed. */
export async function createPurge(queryRunner: QueryRunner, schema: string): Promise<void> {
  await queryRunner.query(`
    CREATE FUNCTION kyc_require_old(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $body$
    BEGIN
      IF moment IS NULL OR moment > now() - interval '29 days' THEN
        RAISE EXCEPTION 'nothing younger than 29 days is deleted';
      END IF;
    END $body$`);
  for (const [signature, body] of Object.entries(FUNCTIONS)) {
    await queryRunner.query(`
      CREATE FUNCTION ${signature}
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ${schema}, pg_temp
      AS $body$ ${body} $body$`);
    await queryRunner.query(`REVOKE ALL ON FUNCTION ${nameOf(signature)} FROM PUBLIC`);
  }
  await queryRunner.query(
    `CREATE INDEX kyc_sessions_ended ON kyc_sessions (ended_at) WHERE ended_at IS NOT NULL`,
  );
}

export async function dropPurge(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(`DROP INDEX kyc_sessions_ended`);
  for (const signature of Object.keys(FUNCTIONS)) {
    await queryRunner.query(`DROP FUNCTION ${nameOf(signature)}`);
  }
  await queryRunner.query(`DROP FUNCTION kyc_require_old`);
}

function nameOf(signature: string): string {
  return signature.slice(0, signature.indexOf('('));
}
