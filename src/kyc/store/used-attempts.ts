import { MANUAL_PROVIDER } from './manual-provider.ts';

/**
 * SQL for the number of attempts that count towards KYC_MAX_ATTEMPTS: those whose provider session exists or may exist,
 * and those that an erasure has deleted. A manual attempt has no session at a provider. Both the decision about a start
 * and the status that the user sees use it.
 */
export function usedAttempts(userId: string): string {
  return `(
    (SELECT count(*) FROM kyc_sessions a
     WHERE a.user_id = ${userId} AND a.provider <> '${MANUAL_PROVIDER}'
       AND (a.provider_session_id IS NOT NULL OR a.unanswered_at IS NOT NULL))
    + (SELECT coalesce(sum(x.deleted_attempts), 0) FROM kyc_erasures x WHERE x.user_id = ${userId})
  )::int`;
}
