import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { UsersTable } from '../../database/users-table.ts';
import type { NoticeState } from '../domain/notice.ts';
import type { SessionState } from '../domain/session-state.ts';

/** The user's current attempt, with the last mail about it. */
export interface ToldAttempt extends NoticeState {
  id: string;
  reason: SessionState['reason'];
  toldBy: string | null;
}

/** Longer than a mail can wait for one of the connections to a slow mail server. */
const LONGEST_SENDING = '10 minutes';

/** Records in kyc_sessions what users were told by mail. At most one mail about an attempt is sent at a time. */
@Injectable()
export class NoticeRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersTable,
  ) {}

  /** Returns null if the user does not exist or has no current attempt. The id must fit the type of users.id. */
  async findCurrent(userId: string): Promise<ToldAttempt | null> {
    const [attempt]: ToldAttempt[] = await this.dataSource.query(
      `SELECT s.id, s.phase, s.phase_since AS since, s.reason, s.told, s.told_by AS "toldBy"
       FROM ${this.users.sql} u
       JOIN kyc_sessions s ON s.provider = u.kyc_provider AND s.provider_session_id = u.kyc_session_id
       WHERE u.${this.users.id} = $1`,
      [userId],
    );
    return attempt ?? null;
  }

  /**
   * Records the mail before it is sent, so that a mail that may have arrived counts as told after a crash.
   *
   * @returns false if another mail about the attempt is being sent, or if the attempt has changed since it was read
   */
  async beginTelling(attempt: ToldAttempt, told: string, mailId: string): Promise<boolean> {
    const rows: object[] = await this.dataSource.query(
      `WITH begun AS (
         UPDATE kyc_sessions SET told = $2, told_by = $3, telling_until = now() + interval '${LONGEST_SENDING}'
         WHERE id = $1 AND phase = $4 AND told IS NOT DISTINCT FROM $5
           AND (telling_until IS NULL OR telling_until < now() OR told_by = $3)
         RETURNING id
       ) SELECT id FROM begun`,
      [attempt.id, told, mailId, attempt.phase, attempt.told],
    );
    return rows.length > 0;
  }

  /** Ends the sending of this mail. `told` is the mail that the user knows now: this one, or the one before. */
  async endTelling(attemptId: string, told: string | null, mailId: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE kyc_sessions SET told = $2, telling_until = NULL WHERE id = $1 AND told_by = $3`,
      [attemptId, told, mailId],
    );
  }
}
