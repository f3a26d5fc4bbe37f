import { TLSSocket } from 'node:tls';
import type { ClientBase } from 'pg';

export interface ConnectionSecurity {
  host: string;
  isRemote: boolean;
  isEncrypted: boolean;
  /** The certificate of the server must be valid, and for its host. */
  isVerified: boolean;
}

/** The fields of the driver that its types leave out. */
interface Internals {
  host: string;
  connection: { stream: unknown };
  connectionParameters: { ssl: boolean | { rejectUnauthorized?: boolean; checkServerIdentity?: unknown } };
}

const LOCAL = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|\/.*)$/;

/** Whether the traffic to a host leaves this machine. A path is a Unix socket. */
export function isRemoteHost(host: string): boolean {
  return !LOCAL.test(host);
}

/** Every connection of the gateway uses the same URL, so one of them shows the security of all. */
export function securityOf(client: ClientBase): ConnectionSecurity {
  const { host, connection, connectionParameters } = client as unknown as Internals;
  const { ssl } = connectionParameters;
  const isEncrypted = connection.stream instanceof TLSSocket;
  const isChecked =
    typeof ssl !== 'object' || (ssl.rejectUnauthorized !== false && ssl.checkServerIdentity === undefined);
  return { host, isRemote: isRemoteHost(host), isEncrypted, isVerified: isEncrypted && isChecked };
}

/** Returns null if there is nothing to warn of. */
export function weaknessOf({ host, isRemote, isEncrypted, isVerified }: ConnectionSecurity): string | null {
  if (!isRemote || isVerified) return null;
  return isEncrypted
    ? `The connection to the database at ${host} is encrypted, but the certificate is not verified. ` +
        'Set sslmode=verify-full in DATABASE_URL, and sslrootcert if your authority is private.'
    : `The connection to the database at ${host} is not encrypted. Set sslmode=verify-full in DATABASE_URL.`;
}
