import { hkdfSync } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, errors } from 'jose';

/** Changing it makes every token that was sealed before unreadable. */
const KEY_LABEL = 'kyc-gateway/veriff/resume-token/v1';

/**
 * Seals the session's link, which Veriff tells only once. Whoever reads the database alone learns nothing: the key
 * comes from a shared secret, which is not in there. The session's id goes in as well, so that a token moved to
 * another session's row opens nothing.
 */
export async function sealResumeToken(sessionId: string, url: string, secret: string): Promise<string> {
  if (secret === '') throw new Error('An empty secret seals nothing');
  return new CompactEncrypt(Buffer.from(JSON.stringify({ sessionId, url })))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(deriveKey(secret));
}

/** The link, if any of the secrets opens the token and it was sealed for this session; otherwise null. */
export async function openResumeToken(
  sessionId: string,
  token: string,
  secrets: readonly string[],
): Promise<string | null> {
  for (const secret of secrets) {
    if (secret === '') continue;
    const note = await decrypt(token, secret);
    if (note !== null) return note.sessionId === sessionId ? note.url : null;
  }
  return null;
}

async function decrypt(token: string, secret: string): Promise<{ sessionId: string; url: string } | null> {
  try {
    const { plaintext } = await compactDecrypt(token, deriveKey(secret), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    // Only sealResumeToken can have written what the key authenticates.
    return JSON.parse(Buffer.from(plaintext).toString()) as { sessionId: string; url: string };
  } catch (cause) {
    if (cause instanceof errors.JOSEError) return null;
    throw cause;
  }
}

function deriveKey(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', KEY_LABEL, 32));
}
