import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { isContinuable } from '../domain/session-state.ts';
import { ProviderService } from '../providers/provider.service.ts';
import type { SessionRow } from '../sessions/current-session.ts';
import type { AttemptEntity } from '../store/attempt.entity.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import { SessionOpener, withinTime } from '../sessions/session-opener.ts';
import { SessionReader } from '../sessions/session-reader.ts';
import { SilentSessions } from './silent-sessions.ts';

/** As long as Persona keeps what it answered to an idempotency key. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Looks after one session that has been silent. */
@Injectable()
export class SessionChecker {
  constructor(
    private readonly sessions: SilentSessions,
    private readonly openings: AttemptRepository,
    private readonly opener: SessionOpener,
    private readonly reader: SessionReader,
    private readonly providers: ProviderService,
    private readonly clock: Clock,
  ) {}

  /** Rejects as the provider's calls do; an error changes nothing but when it is looked at again. */
  async check(session: AttemptEntity): Promise<void> {
    await (isKnownToProvider(session) ? this.read(session) : this.recover(session));
  }

  /** A start that crashed half-way is found again at the provider, or closed. */
  private async recover(session: AttemptEntity): Promise<void> {
    const now = this.clock.now();
    const opening = await this.openings.takeOver(session.id, now);
    if (opening === null) return;
    if (session.openedAt.getTime() < now.getTime() - FORGOTTEN_AFTER_MS) {
      await this.openings.giveUp(opening.attemptId, now);
      return;
    }
    await this.opener.recover(opening, this.providers.of(opening.provider));
  }

  /** What was decided is entered. What nobody finished lapses when its time has run out, not before the provider was asked. */
  private async read(session: SessionRow): Promise<void> {
    const now = this.clock.now();
    try {
      const finding = await this.reader.read(session, this.providers.of(session.provider), withinTime());
      const hasLapsed = session.expiresAt !== null && session.expiresAt <= now;
      if (finding !== 'moves' && hasLapsed && isContinuable(session.phase)) {
        await this.reader.end(session, 'expired');
      }
    } finally {
      await this.sessions.postpone(session, now);
    }
  }
}

function isKnownToProvider(session: AttemptEntity): session is SessionRow {
  return session.phase !== 'opening' && session.providerSessionId !== null;
}
