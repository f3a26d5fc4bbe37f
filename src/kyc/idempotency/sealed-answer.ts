import { hkdfSync } from 'node:crypto';
import { compactDecrypt, CompactEncrypt } from 'jose';

/** Changing it makes every answer that was sealed before unreadable. */
const KEY_LABEL = 'kyc-gateway/idempotency/answer/v1';

/**
 * Seals an answer under the client's own key, which is not in the database: whoever reads the table alone learns
 * nothing. The user goes in as well, so that an answer moved to another user's row opens nothing.
 */
export async function sealAnswer(userId: string, key: string, answer: unknown): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(answer)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(deriveKey(userId, key));
}

/** @throws JOSEError if it was not sealed under this key for this user */
export async function openAnswer(userId: string, key: string, sealed: string): Promise<unknown> {
  const { plaintext } = await compactDecrypt(sealed, deriveKey(userId, key), {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return JSON.parse(Buffer.from(plaintext).toString());
}

function deriveKey(userId: string, key: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, userId, KEY_LABEL, 32));
}
