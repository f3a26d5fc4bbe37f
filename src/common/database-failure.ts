/**
 * SQLSTATE classes of temporary failures: connection exception, insufficient resources, operator intervention, system
 * error, transaction rollback (deadlock, serialization), and a lock or statement that timed out.
 */
const TEMPORARY_CLASSES = ['08', '53', '57', '58', '40', '55'];
/** read_only_sql_transaction: the server is a standby until the fail-over is complete. */
const READ_ONLY = '25006';
const NETWORK_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
];
/** node-postgres reports these failures without a code. */
const CLIENT_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|cannot use a pool after/i;

export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function isDatabaseUnreachable(error: unknown): boolean {
  const code = sqlState(error) ?? '';
  return isTemporaryDatabaseFailure(error) && !['40', '55'].includes(code.slice(0, 2));
}

export function isTemporaryDatabaseFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = sqlState(error);
  // This check comes first, because EPIPE has the form of a SQLSTATE.
  if (code !== undefined && NETWORK_CODES.includes(code)) return true;
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    return TEMPORARY_CLASSES.includes(code.slice(0, 2)) || code === READ_ONLY;
  }
  return CLIENT_MESSAGES.test(error.message);
}
