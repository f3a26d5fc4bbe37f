import { Injectable } from '@nestjs/common';
import { RequestInvalidError } from '../common/request-errors.ts';
import {
  type UserPosition,
  type UserStatus,
  UserStatusRepository,
} from '../kyc/status/user-status.repository.ts';
import { KYC_STATUSES, type KycStatus } from '../users/kyc-status.ts';
import { UnknownUserError } from '../users/user-errors.ts';

export interface UserPage {
  users: UserStatus[];
  /** The cursor of the next page; null after a page that is not full. */
  next: string | null;
}

export interface PageRequest {
  /** If it is missing, the list contains users of every status, ordered by status. */
  status?: KycStatus;
  limit: number;
  after?: string;
}

@Injectable()
export class UserListService {
  constructor(private readonly statuses: UserStatusRepository) {}

  /** @throws RequestInvalidError if the cursor does not come from this list */
  async page({ status, limit, after }: PageRequest): Promise<UserPage> {
    const position = after === undefined ? undefined : readCursor(after);
    if (position !== undefined && status !== undefined && position.status !== status) throw invalidCursor();
    const users = await this.statuses.listPage(limit, status, position).catch((error: unknown) => {
      // The cursor holds the only id in the query.
      throw error instanceof UnknownUserError ? invalidCursor() : error;
    });
    const last = users.length === limit ? users.at(-1) : undefined;
    return { users, next: last === undefined ? null : writeCursor(last) };
  }
}

/** Opaque to the client but not secret. A forged cursor leads only to users that the operator may list anyway. */
function writeCursor({ status, userId }: UserPosition): string {
  return Buffer.from(JSON.stringify([status, userId])).toString('base64url');
}

function readCursor(text: string): UserPosition {
  try {
    const [status, userId, ...rest] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (isStatus(status) && typeof userId === 'string' && rest.length === 0) return { status, userId };
  } catch {
    // The cursor is not JSON, or not a list.
  }
  throw invalidCursor();
}

function invalidCursor(): RequestInvalidError {
  return new RequestInvalidError(['after must be a next value that this list returned']);
}

function isStatus(word: unknown): word is KycStatus {
  return (KYC_STATUSES as readonly unknown[]).includes(word);
}
