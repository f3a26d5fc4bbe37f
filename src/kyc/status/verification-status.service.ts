import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource } from 'typeorm';
import type { Principal } from '../../auth/token-verifier.ts';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { orUnknownUser, UnknownUserError, UsersService } from '../../users/users.service.ts';
import type { Phase } from '../domain/session-state.ts';
import { type NextAction, nextActionOf, type Status } from '../domain/user-status.ts';

/** Where the user stands, and what he can do about it. */
export interface VerificationStatus {
  /** As the database spells it, which the token may not. */
  userId: string;
  status: Status;
  provider: string | null;
  sessionId: string | null;
  rejectionReason: string | null;
  nextAction: NextAction;
  attemptsLeft: number;
  /** When it last changed; null for a user who never began. */
  updatedAt: Date | null;
}

interface Row {
  userId: string;
  status: Status;
  provider: string | null;
  sessionId: string | null;
  rejectionReason: string | null;
  phase: Phase | null;
  changedAt: Date | null;
  attempts: number;
}

@Injectable()
export class VerificationStatusService {
  private readonly maxAttempts: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.maxAttempts = config.get('kyc', { infer: true }).maxAttempts;
  }

  async read(principal: Principal): Promise<VerificationStatus> {
    let row = await this.find(principal.userId);
    if (row === undefined) {
      await this.users.admit(principal);
      row = await this.find(principal.userId);
    }
    if (row === undefined) throw new UnknownUserError('the row is gone again');
    const { phase, changedAt, attempts, ...standing } = row;
    const attemptsLeft = Math.max(0, this.maxAttempts - attempts);
    const nextAction = nextActionOf(row.status, phase, attemptsLeft);
    return { ...standing, nextAction, attemptsLeft, updatedAt: changedAt };
  }

  /** One statement, on primary keys and the index of a user's sessions. */
  private async find(userId: string): Promise<Row | undefined> {
    const rows: Row[] = await orUnknownUser(
      this.dataSource.query(
        `SELECT u.id::text AS "userId", u.kyc_status AS status, u.kyc_provider AS provider, u.kyc_session_id AS "sessionId",
                u.kyc_rejection_reason AS "rejectionReason", s.phase, s.changed_at AS "changedAt",
                (SELECT count(*)::int FROM kyc_sessions a
                 WHERE a.user_id = u.id AND a.provider_session_id IS NOT NULL) AS attempts
         FROM users u
         LEFT JOIN kyc_sessions s ON s.provider = u.kyc_provider AND s.provider_session_id = u.kyc_session_id
         WHERE u.id = $1`,
        [userId],
      ),
    );
    return rows[0];
  }
}
