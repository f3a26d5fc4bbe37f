import { Injectable, Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '../common/domain-error.ts';
import { sqlState } from '../common/database-failure.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import type { UserEntity } from './user.entity.ts';

/** The token's `sub` is no user of ours. */
export class UnknownUserError extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'user.unknown';
  readonly title = 'This user is not known here';
}

/** What is decided on while nobody else can change it. */
export type LockedUser = Pick<UserEntity, 'id' | 'kycStatus' | 'kycProvider' | 'kycSessionId'>;

/** invalid_text_representation, numeric_value_out_of_range, character_not_in_repertoire (NUL). */
const UNFIT_VALUES = ['22P02', '22003', '22021'];
/** not_null_violation, check_violation, string_data_right_truncation, generated_always. */
const UNFIT_ROWS = ['23502', '23514', '22001', '428C9'];

/** The users table. Ids travel as text, whatever type the platform gave the column. */
@Injectable()
export class UsersService {
  private readonly logger = new Logger(UsersService.name);
  private readonly shouldCreateFromToken: boolean;

  constructor(
    private readonly dataSource: DataSource,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.shouldCreateFromToken = config.get('users', { infer: true }).shouldCreateFromToken;
  }

  /**
   * Creates the row of a user who calls for the first time, where the configuration allows it; one call more or
   * less makes no difference. Makes none where the table wants the address unique and another user has it.
   *
   * @throws UnknownUserError where it does not, where the token names no address to write to, or where the table
   *   wants more of a user than these two
   */
  async admit(user: { userId: string; email: string | null }): Promise<void> {
    if (!this.shouldCreateFromToken) throw new UnknownUserError('no row, and USERS_FROM_TOKEN is off');
    if (user.email === null) throw new UnknownUserError('no row, and the token names no email');
    const { userId, email } = user;
    const sql = `INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING`;
    try {
      await orUnknownUser(this.dataSource.query(sql, [userId, email]));
    } catch (cause) {
      if (!(cause instanceof Error) || !UNFIT_ROWS.includes(sqlState(cause) ?? '')) throw cause;
      // No new user can be created until an operator does something about it.
      this.logger.warn({ event: 'user.not_created', userId, reason: cause.message });
      throw new UnknownUserError('no row, and the table takes none of id and email alone', { cause });
    }
  }

  /** The user's row, locked until the manager's transaction ends, or null. */
  async lock(manager: EntityManager, userId: string): Promise<LockedUser | null> {
    const rows: LockedUser[] = await orUnknownUser(
      manager.query(
        `SELECT id::text, kyc_status AS "kycStatus", kyc_provider AS "kycProvider", kyc_session_id AS "kycSessionId"
         FROM users WHERE id = $1 FOR NO KEY UPDATE`,
        [userId],
      ),
    );
    return rows[0] ?? null;
  }

  /** Where mail for the user goes, or null if there is no such user or no address. */
  async emailOf(userId: string): Promise<string | null> {
    // As text: a plan that is kept would not outlive a change of the column's type, and the column is the platform's.
    const find = this.dataSource.query('SELECT email::text FROM users WHERE id = $1', [userId]);
    try {
      const [user]: { email: string | null }[] = await orUnknownUser(find);
      return user?.email ?? null;
    } catch (error) {
      if (error instanceof UnknownUserError) return null;
      throw error;
    }
  }
}

/** An id that the column's type cannot hold (`abc` for a uuid) names nobody. */
export async function orUnknownUser<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (UNFIT_VALUES.includes(sqlState(error) ?? '')) {
      throw new UnknownUserError('the id does not fit the column', { cause: error });
    }
    throw error;
  }
}
