import { Injectable, Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { sqlState } from '../common/database-failure.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { UnknownUserError } from './user-errors.ts';
import { UserRepository } from './user.repository.ts';

/** not_null_violation, check_violation, string_data_right_truncation, generated_always. */
const INVALID_ROW = ['23502', '23514', '22001', '428C9'];

/** PostgreSQL prints these ids as they are, whatever the type of users.id is: a UUID, and a number without leading zeros. */
const CANONICAL_ID = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[1-9]\d{0,17})$/;

@Injectable()
export class UsersService {
  private readonly logger = new Logger(UsersService.name);
  private readonly shouldCreateFromToken: boolean;

  constructor(
    private readonly users: UserRepository,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.shouldCreateFromToken = config.get('users', { infer: true }).shouldCreateFromToken;
  }

  /**
   * Creates the row of a user who calls for the first time. Idempotent. Creates no row if another user has the same
   * address and the table declares addresses unique.
   * @throws UnknownUserError if the configuration forbids it, if the token has no e-mail address, or if the table
   * requires more columns than `id` and `email`
   */
  async createFromToken({ userId, email }: { userId: string; email: string | null }): Promise<void> {
    if (!this.shouldCreateFromToken) throw new UnknownUserError('no row, and USERS_FROM_TOKEN is off');
    if (email === null) throw new UnknownUserError('no row, and the token has no verified email');
    try {
      await this.users.insertIfMissing(userId, email);
    } catch (cause) {
      if (!(cause instanceof Error) || !INVALID_ROW.includes(sqlState(cause) ?? '')) throw cause;
      // Every new user fails here until an operator changes the table or the configuration.
      this.logger.warn({ event: 'user.not_created', userId, reason: cause.message });
      throw new UnknownUserError('no row, and the table rejects a row of id and email only', { cause });
    }
  }

  /**
   * Returns the one spelling of the user's id, for counters: a token may spell a UUID in capitals or in braces. An id
   * that does not fit the type of users.id is returned as it is.
   */
  async canonicalIdOf(userId: string): Promise<string> {
    if (CANONICAL_ID.test(userId)) return userId;
    try {
      return await this.users.canonicalId(userId);
    } catch (error) {
      if (error instanceof UnknownUserError) return userId;
      throw error;
    }
  }

  /** Whether both ids name the same user. An id that does not fit the type of users.id names no user. */
  async isSameUser(one: string, other: string): Promise<boolean> {
    try {
      return one === other || (await this.users.isSameId(one, other));
    } catch (error) {
      if (error instanceof UnknownUserError) return false;
      throw error;
    }
  }
}
