import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/**
 * Calls the database functions that delete old rows of kyc_sessions, kyc_events and kyc_erasures
 * (src/database/migrations/sql/purge-functions.sql). The gateway's own role may not delete rows of these tables.
 */
@Injectable()
export class RetentionRepository {
  /** Deletes attempts that ended before the date, with their events, except the current attempt of a user. */
  async deleteReplacedSessions(
    manager: EntityManager,
    endedBefore: Date,
    limit: number,
  ): Promise<{ sessions: number; events: number }> {
    const [deleted] = (await manager.query(`SELECT sessions, events FROM kyc_purge_sessions($1, $2)`, [
      endedBefore,
      limit,
    ])) as [{ sessions: number; events: number }];
    return deleted;
  }

  /**
   * Looks at the next events after the id `after`, and deletes those that are old and have no attempt. Returns in
   * `last` where to continue; null once the remaining events are too young.
   */
  async deleteEventsWithoutAttempt(
    manager: EntityManager,
    receivedBefore: Date,
    after: number,
    limit: number,
  ): Promise<{ last: number | null; events: number }> {
    const [deleted] = (await manager.query(`SELECT last, events FROM kyc_purge_events($1, $2, $3)`, [
      receivedBefore,
      after,
      limit,
    ])) as [{ last: number | null; events: number }];
    return deleted;
  }

  /** Deletes the evidence of erasure requests that were complete before the date. Returns how many requests. */
  async deleteErasures(manager: EntityManager, completeBefore: Date, limit: number): Promise<number> {
    const [deleted] = (await manager.query(`SELECT erasures FROM kyc_purge_erasures($1, $2)`, [
      completeBefore,
      limit,
    ])) as [{ erasures: number }];
    return deleted.erasures;
  }
}
