import { RequestInvalidError } from '../common/request-errors.ts';
import { KYC_STATUSES, type KycStatus } from '../users/kyc-status.ts';

/** The last user of a page: the next page begins behind him. */
export interface Cursor {
  status: KycStatus;
  userId: string;
}

/** Opaque to the caller, and no secret: whatever he makes of it leads to users whom he may see anyway. */
export function writeCursor({ status, userId }: Cursor): string {
  return Buffer.from(JSON.stringify([status, userId])).toString('base64url');
}

/** @throws RequestInvalidError for anything that `writeCursor` could not have written */
export function readCursor(text: string): Cursor {
  try {
    const [status, userId, ...more] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (isStatus(status) && typeof userId === 'string' && more.length === 0) return { status, userId };
  } catch {
    // No JSON, or no list: as wrong as any other.
  }
  throw cursorRefused();
}

export function cursorRefused(): RequestInvalidError {
  return new RequestInvalidError(['after must be what an answer of this list said in next']);
}

function isStatus(word: unknown): word is KycStatus {
  return (KYC_STATUSES as readonly unknown[]).includes(word);
}
