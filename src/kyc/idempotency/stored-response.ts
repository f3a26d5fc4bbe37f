import { hkdfSync } from 'node:crypto';
import { compactDecrypt, CompactEncrypt } from 'jose';

export interface StoredResponse {
  readonly status: number;
  readonly body: unknown;
}

/** A change of this label makes every stored response unreadable. */
const KEY_LABEL = 'kyc-gateway/idempotency/answer/v1';

/**
 * Encrypts a response body under the client's key. The database does not contain the key, so the table alone reveals no
 * response. The encryption key also contains the user id, so a row that is moved to another user cannot be decrypted.
 */
export async function sealResponse(userId: string, key: string, body: unknown): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(body)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(deriveKey(userId, key));
}

export async function unsealResponse(userId: string, key: string, sealed: string): Promise<unknown> {
  const { plaintext } = await compactDecrypt(sealed, deriveKey(userId, key), {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return JSON.parse(Buffer.from(plaintext).toString());
}

function deriveKey(userId: string, key: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, userId, KEY_LABEL, 32));
}
