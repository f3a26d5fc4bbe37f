import { Injectable, Logger } from '@nestjs/common';
import type { RejectionReason, Verdict } from '../kyc/domain/outcome.ts';
import { InboxService } from '../kyc/inbox/inbox.service.ts';
import { NoSessionError } from './admin-errors.ts';
import { type Doing, operatorEvent } from './operator-event.ts';
import { type UserStanding, UserStandings } from './user-standings.ts';

/** Where an operator may put a user. Nobody is put back to where he never began. */
export const OVERRIDES = ['verified', 'rejected', 'pending'] as const;

export type Override = (typeof OVERRIDES)[number];

const OUTCOME_OF: Readonly<Record<Override, Verdict>> = {
  verified: 'approved',
  rejected: 'declined',
  pending: 'in_review',
};

/** The use case: an operator decides in the provider's place. */
@Injectable()
export class OverrideService {
  private readonly logger = new Logger(OverrideService.name);

  constructor(
    private readonly standings: UserStandings,
    private readonly inbox: InboxService,
  ) {}

  /**
   * Enters the decision as an event of the user's current session, dated so that it comes after whatever that is at.
   * What the provider decides later comes after it, as after any event. Resolves to where the user stands then.
   *
   * @param rejectionReason what the user is told where he is rejected; `other` if it is not given
   * @throws UnknownUserError or NoSessionError
   */
  async override(
    userId: string,
    status: Override,
    rejectionReason: RejectionReason | null,
    doing: Required<Doing>,
  ): Promise<UserStanding> {
    const { standing, session } = await this.standings.of(userId);
    if (session === null) throw new NoSessionError('an override is an event of a session');
    const afterAll = Math.max(doing.now.getTime(), (session.phaseSince?.getTime() ?? 0) + 1);
    const event = operatorEvent('override', { userId: standing.userId, session }, doing, {
      outcome: OUTCOME_OF[status],
      reason: status === 'rejected' ? (rejectionReason ?? 'other') : null,
      occurredAt: new Date(afterAll),
    });
    await this.inbox.accept(event);
    this.logger.warn({ event: 'admin.override', actor: doing.actor, userId: standing.userId, status });
    return (await this.standings.of(userId)).standing;
  }
}
