import { hkdfSync } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, errors } from 'jose';

/** A change of this label makes every stored token unreadable. */
const KEY_LABEL = 'kyc-gateway/veriff/resume-token/v1';

/**
 * Encrypts the link of a session, because Veriff returns it only once. The key is derived from a shared secret that the
 * database does not contain, so the database alone does not reveal the link. The token also contains the id of the
 * session, so it is useless in the row of another session.
 */
export async function sealResumeToken(sessionId: string, url: string, secret: string): Promise<string> {
  if (secret === '') throw new Error('A resume token cannot be encrypted with an empty secret');
  return new CompactEncrypt(Buffer.from(JSON.stringify({ sessionId, url })))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(deriveKey(secret));
}

/** Returns null if no secret decrypts the token, or if the token belongs to another session. */
export async function openResumeToken(
  sessionId: string,
  token: string,
  secrets: readonly string[],
): Promise<string | null> {
  for (const secret of secrets) {
    if (secret === '') continue;
    const content = await decrypt(token, secret);
    if (content !== null) return content.sessionId === sessionId ? content.url : null;
  }
  return null;
}

async function decrypt(token: string, secret: string): Promise<{ sessionId: string; url: string } | null> {
  try {
    const { plaintext } = await compactDecrypt(token, deriveKey(secret), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    // The encryption is authenticated, so only sealResumeToken can have written the content.
    return JSON.parse(Buffer.from(plaintext).toString()) as { sessionId: string; url: string };
  } catch (cause) {
    if (cause instanceof errors.JOSEError) return null;
    throw cause;
  }
}

function deriveKey(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', KEY_LABEL, 32));
}
