import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/**
 * Calls the database functions of src/database/migrations/sql/purge-functions.sql, because the gateway's own role may
 * not delete rows of kyc_sessions, kyc_events and kyc_erasures.
 */
@Injectable()
export class RetentionRepository {
  /**
   * Keeps the current attempt of each user. Deletes the other attempts that ended before the date, with their events.
   */
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
   * Reads the next events after the id `after`, and deletes old events without an attempt. `last` is the id to continue
   * after. It is null once the remaining events are too young.
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

  /** Returns the number of deleted erasure requests. */
  async deleteErasures(manager: EntityManager, completeBefore: Date, limit: number): Promise<number> {
    const [deleted] = (await manager.query(`SELECT erasures FROM kyc_purge_erasures($1, $2)`, [
      completeBefore,
      limit,
    ])) as [{ erasures: number }];
    return deleted.erasures;
  }
}
