import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Phase } from '../kyc/domain/session-state.ts';
import type { KycStatus } from '../users/kyc-status.ts';
import { orUnknownUser, UnknownUserError } from '../users/users.service.ts';

/** Where a user stands, as operators see him. */
export interface UserStanding {
  /** As the database spells it. */
  userId: string;
  status: KycStatus;
  provider: string | null;
  sessionId: string | null;
  rejectionReason: string | null;
  /** When it last changed; null for a user who never began. */
  updatedAt: Date | null;
}

/** The session that decides where a user stands. */
export interface DecidingSession {
  provider: string;
  /** The provider's id; `erased:` and more once the user has had his data erased. */
  sessionId: string;
  phase: Phase;
  phaseSince: Date | null;
}

interface Row extends UserStanding {
  phase: Phase | null;
  phaseSince: Date | null;
}

@Injectable()
export class UserStandings {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Where the user stands, and why; no session decides it for a user who never began.
   *
   * @throws UnknownUserError where there is no such user, also where the id fits no column
   */
  async of(
    userId: string,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<{ standing: UserStanding; session: DecidingSession | null }> {
    const [row]: Row[] = await orUnknownUser(
      manager.query(
        `SELECT u.id::text AS "userId", u.kyc_status AS status, u.kyc_provider AS provider,
                u.kyc_session_id AS "sessionId", u.kyc_rejection_reason AS "rejectionReason",
                s.changed_at AS "updatedAt", s.phase, s.phase_since AS "phaseSince"
         FROM users u
         LEFT JOIN kyc_sessions s ON s.provider = u.kyc_provider AND s.provider_session_id = u.kyc_session_id
         WHERE u.id = $1`,
        [userId],
      ),
    );
    if (row === undefined) throw new UnknownUserError('no row of users');
    const { phase, phaseSince, ...standing } = row;
    const { provider, sessionId } = standing;
    const isDecided = phase !== null && provider !== null && sessionId !== null;
    return { standing, session: isDecided ? { provider, sessionId, phase, phaseSince } : null };
  }
}
