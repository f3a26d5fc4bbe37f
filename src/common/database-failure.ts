/**
 * SQLSTATE classes of temporary failures: connection exception, insufficient resources, operator intervention, system
 * error, transaction rollback (deadlock, serialization), and a lock or statement that timed out.
 */
const TEMPORARY_CLASSES = ['08', '53', '57', '58', '40', '55'];
/** read_only_sql_transaction: the server is a standby until the fail-over is complete. */
const READ_ONLY = '25006';
/**
 * duplicate_prepared_statement and invalid_sql_statement_name: a pooler between the gateway and PostgreSQL has
 * exchanged the session.
 */
const FOREIGN_SESSION = ['42P05', '26000'];
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
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|cannot use a pool after/i;

export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === READ_ONLY;
}

/** The same statement can succeed on another connection, but on this one it fails every time. */
export function isUnusableConnection(error: unknown): boolean {
  return isReadOnly(error) || FOREIGN_SESSION.includes(sqlState(error) ?? '');
}

export function isDatabaseUnreachable(error: unknown): boolean {
  const code = sqlState(error) ?? '';
  return (
    isTemporaryDatabaseFailure(error) &&
    !['40', '55'].includes(code.slice(0, 2)) &&
    !FOREIGN_SESSION.includes(code)
  );
}

export function isTemporaryDatabaseFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = sqlState(error);
  // This check comes first, because EPIPE has the form of a SQLSTATE.
  if (code !== undefined && NETWORK_CODES.includes(code)) return true;
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    return TEMPORARY_CLASSES.includes(code.slice(0, 2)) || isUnusableConnection(error);
  }
  return CLIENT_MESSAGES.test(error.message);
}
