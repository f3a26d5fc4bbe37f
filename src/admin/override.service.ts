import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../common/domain-error.ts';
import type { Verdict } from '../kyc/domain/outcome.ts';
import type { RejectionReason } from '../kyc/domain/rejection-reason.ts';
import { DecisionWriter } from '../kyc/decisions/decision-writer.ts';
import type { CurrentAttempt, UserStatus } from '../kyc/status/user-status.repository.ts';
import { MANUAL_PROVIDER } from '../kyc/store/manual-provider.ts';
import type { OperatorContext } from './operator-event.ts';
import { OwnCaseService } from './own-case.service.ts';

/** `not_verified` is missing, because an operator cannot undo the start of an attempt. */
export const OVERRIDES = ['verified', 'rejected', 'pending'] as const;

export type Override = (typeof OVERRIDES)[number];

const VERDICT_OF: Readonly<Record<Override, Verdict>> = {
  verified: 'approved',
  rejected: 'declined',
  pending: 'in_review',
};

export class NoSessionError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.no_session';
  readonly title = 'This user has no verification session';
}

@Injectable()
export class OverrideService {
  private readonly logger = new Logger(OverrideService.name);

  constructor(
    private readonly decisions: DecisionWriter,
    private readonly ownCases: OwnCaseService,
  ) {}

  /**
   * @param rejectionReason decides what the user sees and whether they may start again; defaults to `other`
   * @throws OwnCaseError, UnknownUserError or NoSessionError
   */
  async override(
    requestedId: string,
    status: Override,
    rejectionReason: RejectionReason | null,
    { operator, note, now }: Required<OperatorContext>,
  ): Promise<UserStatus> {
    await this.ownCases.reject(operator, requestedId);
    const after = await this.decisions.write(requestedId, now, async (_, { current }) => {
      if (status === 'pending') requireReviewable(current);
      return {
        outcome: VERDICT_OF[status],
        reason: status === 'rejected' ? (rejectionReason ?? 'other') : null,
        eventKey: `operator:override:${randomUUID()}`,
        actor: operator,
        note,
      };
    });
    this.logger.warn({ event: 'admin.override', actor: operator, userId: after.userId, status });
    return after;
  }
}

/**
 * A review needs a session that the user or the provider can finish.
 * @throws NoSessionError
 */
export function requireReviewable(current: CurrentAttempt | null): void {
  if (current === null || current.provider === MANUAL_PROVIDER) {
    throw new NoSessionError('there is no session at a provider that could be in review');
  }
  if (current.sessionId.startsWith('erased:')) {
    throw new NoSessionError('the session is erased, so neither the user nor the provider can finish it');
  }
}
