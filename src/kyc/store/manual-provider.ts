/**
 * Stands in the place of a provider in a manual attempt: a decision about a user who has no session, made without any
 * provider. Only an event with the source `operator` decides it.
 *
 * The name is never configured, so no start uses it and nothing is read, resumed or erased there. A manual attempt does
 * not count towards KYC_MAX_ATTEMPTS. The database function kyc_erase_user contains the name too
 * (src/database/migrations/sql/users-table-functions.sql).
 */
export const MANUAL_PROVIDER = 'manual';
