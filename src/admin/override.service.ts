import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../common/domain-error.ts';
import type { Verdict } from '../kyc/domain/outcome.ts';
import type { RejectionReason } from '../kyc/domain/rejection-reason.ts';
import { InboxService } from '../kyc/inbox/inbox.service.ts';
import { type UserStatus, UserStatusRepository } from '../kyc/status/user-status.repository.ts';
import { UnknownUserError } from '../users/user-errors.ts';
import { type OperatorContext, operatorEvent } from './operator-event.ts';

/** `not_verified` is missing, because an operator cannot undo the start of an attempt. */
export const OVERRIDES = ['verified', 'rejected', 'pending'] as const;

export type Override = (typeof OVERRIDES)[number];

const VERDICT_OF: Readonly<Record<Override, Verdict>> = {
  verified: 'approved',
  rejected: 'declined',
  pending: 'in_review',
};

/** An override is an event of an attempt, and this user has no attempt. */
export class NoSessionError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.no_session';
  readonly title = 'This user has no verification session';
}

@Injectable()
export class OverrideService {
  private readonly logger = new Logger(OverrideService.name);

  constructor(
    private readonly statuses: UserStatusRepository,
    private readonly inbox: InboxService,
  ) {}

  /**
   * Appends the decision as the latest event of the current attempt. It holds until the provider sends another verdict
   * than its last one. Returns the resulting status.
   *
   * @param rejectionReason decides what the user sees and whether they may start again; defaults to `other`
   * @throws UnknownUserError or NoSessionError
   */
  async override(
    requestedId: string,
    status: Override,
    rejectionReason: RejectionReason | null,
    context: Required<OperatorContext>,
  ): Promise<UserStatus> {
    const { status: before, current } = await this.find(requestedId);
    const { userId } = before;
    if (current === null) throw new NoSessionError('an override is an event of an attempt');
    if (status === 'pending' && current.sessionId.startsWith('erased:')) {
      throw new NoSessionError('the session is erased, so neither the user nor the provider can finish it');
    }
    const event = operatorEvent('override', { userId, session: current }, context, {
      outcome: VERDICT_OF[status],
      reason: status === 'rejected' ? (rejectionReason ?? 'other') : null,
    });
    await this.inbox.acceptEvent(event);
    this.logger.warn({ event: 'admin.override', actor: context.operator, userId, status });
    return (await this.find(userId)).status;
  }

  private async find(userId: string) {
    const found = await this.statuses.find(userId);
    if (found === null) throw new UnknownUserError('no row of users');
    return found;
  }
}
