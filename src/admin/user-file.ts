import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Outcome, RejectionReason } from '../kyc/domain/outcome.ts';
import type { EventSource } from '../kyc/store/kyc-event.entity.ts';
import type { StoredPhase } from '../kyc/store/attempt.entity.ts';
import { type UserStanding, UserStandings } from './user-standings.ts';

/** One entry of the ledger, without the ids by which it was recognised. */
export interface FiledEvent {
  provider: string;
  outcome: Outcome;
  reason: RejectionReason | null;
  occurredAt: Date | null;
  receivedAt: Date;
  source: EventSource;
  isRefused: boolean;
  actor: string | null;
  note: string | null;
}

export interface FiledSession {
  /** Our row's id. */
  rowId: string;
  provider: string;
  /** Null where the provider never answered. */
  sessionId: string | null;
  phase: StoredPhase;
  reason: RejectionReason | null;
  openedAt: Date;
  expiresAt: Date | null;
  decidedAt: Date | null;
  endedAt: Date | null;
  nextReadAt: Date | null;
  /** In the order that counts: by the provider's time. */
  events: FiledEvent[];
}

export interface FiledUser {
  standing: UserStanding;
  /** The newest first. */
  sessions: FiledSession[];
  /** Of no session that we know, but with his id: what a start that crashed has left, and what operators did. */
  events: FiledEvent[];
}

const EVENT_COLUMNS = `e.provider, e.outcome, e.reason, e.occurred_at AS "occurredAt", e.received_at AS "receivedAt",
  e.source, e.is_refused AS "isRefused", e.actor, e.note`;
const IN_ORDER = 'ORDER BY e.occurred_at NULLS FIRST, e.id';

/** Everything that the tables hold of one user's verification, but for what leads into a session or names anybody else. */
@Injectable()
export class UserFile {
  constructor(
    private readonly dataSource: DataSource,
    private readonly standings: UserStandings,
  ) {}

  /** @throws UnknownUserError where there is no such user */
  async of(askedFor: string): Promise<FiledUser> {
    const { standing } = await this.standings.of(askedFor);
    const { userId } = standing;
    const [sessions, ofSessions, events] = await Promise.all([
      this.sessionsOf(userId),
      this.eventsOfSessions(userId),
      this.eventsOfNoSession(userId),
    ]);
    const bySession = Map.groupBy(ofSessions, ({ rowId }) => rowId);
    return {
      standing,
      sessions: sessions.map((session) => ({ ...session, events: bySession.get(session.rowId) ?? [] })),
      events,
    };
  }

  private sessionsOf(userId: string): Promise<Omit<FiledSession, 'events'>[]> {
    return this.dataSource.query(
      `SELECT s.id AS "rowId", s.provider, s.provider_session_id AS "sessionId", s.phase, s.reason,
              s.opened_at AS "openedAt", s.expires_at AS "expiresAt", s.decided_at AS "decidedAt",
              s.ended_at AS "endedAt", s.next_read_at AS "nextReadAt"
       FROM kyc_sessions s WHERE s.user_id = $1 ORDER BY s.opened_at DESC, s.id`,
      [userId],
    );
  }

  private eventsOfSessions(userId: string): Promise<(FiledEvent & { rowId: string })[]> {
    return this.dataSource.query(
      `SELECT s.id AS "rowId", ${EVENT_COLUMNS}
       FROM kyc_sessions s
       JOIN kyc_events e ON e.provider = s.provider AND e.provider_session_id = s.provider_session_id
       WHERE s.user_id = $1 ${IN_ORDER}`,
      [userId],
    );
  }

  private eventsOfNoSession(userId: string): Promise<FiledEvent[]> {
    return this.dataSource.query(
      `SELECT ${EVENT_COLUMNS} FROM kyc_events e
       WHERE e.reference = $1 AND NOT EXISTS (
         SELECT FROM kyc_sessions s WHERE s.provider = e.provider AND s.provider_session_id = e.provider_session_id)
       ${IN_ORDER}`,
      [userId],
    );
  }
}
