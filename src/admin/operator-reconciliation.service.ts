import { Injectable, Logger } from '@nestjs/common';
import { InboxService } from '../kyc/inbox/inbox.service.ts';
import {
  type ReconciledSession,
  ReconciliationService,
} from '../kyc/reconciliation/reconciliation.service.ts';
import type { StoredPhase } from '../kyc/store/attempt.entity.ts';
import { type OperatorContext, operatorEvent } from './operator-event.ts';
import { UserDetailService } from './user-detail.service.ts';

/** The operator waits for the response, so no further read starts after this time. */
const TIME_LIMIT_MS = 20_000;

export interface ReconciledAttempt {
  provider: string;
  sessionId: string | null;
  before: StoredPhase;
  after: StoredPhase;
  /**
   * `not_read` has four causes: the provider kept failing, it is no longer configured, it has no reads left in this
   * minute, or the attempt has no provider session.
   */
  result: ReconciledSession['result'] | 'not_read';
}

@Injectable()
export class OperatorReconciliationService {
  private readonly logger = new Logger(OperatorReconciliationService.name);

  constructor(
    private readonly details: UserDetailService,
    private readonly reconciliation: ReconciliationService,
    private readonly inbox: InboxService,
  ) {}

  /**
   * Returns the newest attempt first. An unavailable provider is a result, not an error.
   * @throws UnknownUserError
   */
  async reconcile(requestedId: string, context: OperatorContext): Promise<ReconciledAttempt[]> {
    const { status, current, attempts } = await this.details.find(requestedId);
    const { userId } = status;
    await this.inbox.acceptEvent(operatorEvent('reconcile', { userId, session: current }, context));
    this.logger.log({ event: 'admin.reconcile', actor: context.operator, userId });
    const signal = AbortSignal.timeout(TIME_LIMIT_MS);
    const done = await this.reconciliation.reconcile({ kind: 'user', userId }, undefined, { signal });
    return attempts.map(({ provider, providerSessionId: sessionId, phase }) => {
      const read = done.find((result) => result.provider === provider && result.sessionId === sessionId);
      const { before, after, result } = read ?? { before: phase, after: phase, result: 'not_read' };
      return { provider, sessionId, before, after, result };
    });
  }
}
