import { reasonOf } from './reason-of.ts';

const UNREACHABLE = 'Check that PostgreSQL is running, and that DATABASE_URL has its host and port.';
const LOGIN = 'Check the user and the password in DATABASE_URL.';
const OWN_PORT = 'Set PORT and HOST to an address that is free and that this machine has.';

/** The advice to an operator, by the code of Node or PostgreSQL. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EADDRINUSE: OWN_PORT,
  EADDRNOTAVAIL: OWN_PORT,
  EACCES: OWN_PORT,
  '25006': 'Let DATABASE_URL lead to the primary, and check that its disk is not full.',
  '28000': LOGIN,
  '28P01': LOGIN,
  '3D000': 'Create the database, or correct its name in DATABASE_URL.',
  '42501': 'Give the role the missing privilege. "Two roles" in docs/operations.md lists all of them.',
  '53300': 'Raise max_connections, or lower DATABASE_POOL_SIZE.',
  '57P03': 'PostgreSQL is starting or stopping. Start the gateway again when PostgreSQL is ready.',
};
const GENERAL = '"Requirements" in docs/operations.md lists what a start needs.';

/** Returns the last line of a failed start. */
export function lastLineOf(error: unknown): string {
  return `The gateway could not start: ${reasonAndAdvice(error)}`;
}

/** Returns the reason, and what to do. The gateway's own errors contain both. */
export function reasonAndAdvice(error: unknown): string {
  const reason = reasonOf(error);
  const sentence = `${reason}${/[.!?]$/.test(reason) ? '' : '.'}`;
  const code = codeOf(error);
  // An error of pg's own timeouts has no code.
  if (code === '') return reason.includes('timeout') ? `${sentence} ${UNREACHABLE}` : sentence;
  return `${sentence} ${ADVICE[code] ?? GENERAL}`;
}

/** All addresses of a host usually fail in the same way. */
function codeOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return String((first as { code?: unknown } | null | undefined)?.code ?? '');
}
