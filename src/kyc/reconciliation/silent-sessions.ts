import { Injectable } from '@nestjs/common';
import { DataSource, type FindOptionsWhere, IsNull, LessThanOrEqual } from 'typeorm';
import { orUnknownUser } from '../../users/users.service.ts';
import { isContinuable } from '../domain/session-state.ts';
import type { SessionRow } from '../sessions/current-session.ts';
import { AttemptEntity, type StoredPhase } from '../store/attempt.entity.ts';
import { ReadSchedule } from '../store/read-schedule.ts';

/** Whose sessions are to be looked after: those that have been silent too long, one user's, or all that are not over. */
export type Selection = { kind: 'due'; now: Date } | { kind: 'user'; userId: string } | { kind: 'open' };

/** The sessions as reconciliation sees them. */
@Injectable()
export class SilentSessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly schedule: ReadSchedule,
  ) {}

  /** Those that have waited longest first. */
  async find(provider: string, selection: Selection, limit: number): Promise<AttemptEntity[]> {
    const found = await orUnknownUser(
      this.dataSource.manager.find(AttemptEntity, {
        where: { provider, ...conditionOf(selection) },
        order: { nextReadAt: 'ASC' },
        take: limit,
      }),
    );
    // A start that failed has left nothing that could be read, and what was erased is not asked for again.
    return found.filter(({ phase, providerSessionId: id }) =>
      id === null ? phase === 'opening' : !id.startsWith('erased:'),
    );
  }

  /** Where it stands by now. */
  async phaseOf(session: AttemptEntity): Promise<StoredPhase> {
    const row = await this.dataSource.manager.findOne(AttemptEntity, {
      where: { id: session.id },
      select: { id: true, phase: true },
    });
    return row?.phase ?? session.phase;
  }

  /** It was looked at: the next time comes later, unless something has moved it meanwhile and set a time itself. */
  async postpone(session: SessionRow, now: Date): Promise<void> {
    const reads = session.reads + 1;
    const lapsesAt = isContinuable(session.phase) ? session.expiresAt : null;
    await this.dataSource.manager.update(
      AttemptEntity,
      { id: session.id, endedAt: IsNull(), changedAt: session.changedAt },
      { reads, nextReadAt: this.schedule.next(now, reads, lapsesAt) },
    );
  }
}

function conditionOf(selection: Selection): FindOptionsWhere<AttemptEntity> {
  switch (selection.kind) {
    case 'due':
      return { endedAt: IsNull(), nextReadAt: LessThanOrEqual(selection.now) };
    case 'user':
      return { userId: selection.userId };
    case 'open':
      return { endedAt: IsNull() };
  }
}
