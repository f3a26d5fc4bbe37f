import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import type { Ending, Outcome } from '../domain/outcome.ts';
import { inboxEvent } from '../inbox/inbox-event.ts';
import { InboxService } from '../inbox/inbox.service.ts';
import type { KycEvent, KycProvider } from '../providers/kyc-provider.ts';
import { ProviderRefusedError } from '../providers/provider-errors.ts';
import type { SessionRow } from './current-session.ts';

/** Said of a session whose user does not come back, these do not end it. */
const LEAVES_IT_OPEN: readonly Outcome[] = ['started', 'resubmission_requested', 'noted', 'unknown'];
/** HTTP: there is no such session at the provider (any more). */
const NOT_THERE: readonly (number | null)[] = [404, 410];

/** What a provider said of a session: something that moves it on, nothing that does, or that it knows no such session. */
export type Finding = 'moves' | 'stays_open' | 'not_there';

/** Enters into the ledger what became of a session, from the provider's own mouth or from what we know ourselves. */
@Injectable()
export class SessionReader {
  constructor(
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {}

  /** Reads the session at its provider; whatever is said there enters the inbox like a webhook. */
  async read(session: SessionRow, provider: KycProvider, signal: AbortSignal): Promise<Finding> {
    const askedAt = this.clock.now();
    let said: KycEvent | null;
    try {
      said = await provider.readDecision(session.providerSessionId, signal);
    } catch (error) {
      if (error instanceof ProviderRefusedError && NOT_THERE.includes(error.status)) return 'not_there';
      throw error;
    }
    if (said === null) return 'stays_open';
    // Undated it would count as older than all we know, though it was said just now.
    const dated = { ...said, occurredAt: said.occurredAt ?? askedAt };
    await this.inbox.accept(inboxEvent(dated, 'poll', this.clock.now()));
    return LEAVES_IT_OPEN.includes(said.outcome) ? 'stays_open' : 'moves';
  }

  /** Ends a session that nobody can finish any more: its time has run out, or there is no way back in. */
  async end(session: SessionRow, outcome: 'expired' | 'abandoned'): Promise<void> {
    const now = this.clock.now();
    await this.inbox.accept(inboxEvent(endedHere(session, outcome, now), 'gateway', now));
  }
}

/** Said by us of a session, and dated so that it comes after whatever the session is at, also where the provider's clock is ahead of ours. */
export function endedHere(session: SessionRow, outcome: Ending, now: Date): KycEvent {
  const occurredAt = new Date(Math.max(now.getTime(), (session.phaseSince?.getTime() ?? 0) + 1));
  return {
    provider: session.provider,
    eventKey: `gateway:${outcome}:${session.id}:${occurredAt.getTime()}`,
    sessionId: session.providerSessionId,
    reference: null,
    outcome,
    reason: null,
    occurredAt,
  };
}
