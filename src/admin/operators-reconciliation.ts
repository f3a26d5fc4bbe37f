import { Injectable, Logger } from '@nestjs/common';
import { InboxService } from '../kyc/inbox/inbox.service.ts';
import { type Reconciled, ReconciliationService } from '../kyc/reconciliation/reconciliation.service.ts';
import type { StoredPhase } from '../kyc/store/attempt.entity.ts';
import { type Doing, operatorEvent } from './operator-event.ts';
import { UserFile } from './user-file.ts';
import { UserStandings } from './user-standings.ts';

/** No further session is begun after this, for somebody is waiting. */
const PATIENCE_MS = 20_000;

/** What came of one session. */
export interface ReadSession {
  provider: string;
  sessionId: string | null;
  before: StoredPhase;
  after: StoredPhase;
  /**
   * `not_read`: its provider was left alone (it kept failing, it is configured no more, or its budget of this minute is
   * used up), or there is nothing to be read.
   */
  result: Reconciled['result'] | 'not_read';
}

/** The use case: an operator has a user's sessions read at their providers now. */
@Injectable()
export class OperatorsReconciliation {
  private readonly logger = new Logger(OperatorsReconciliation.name);

  constructor(
    private readonly standings: UserStandings,
    private readonly file: UserFile,
    private readonly reconciler: ReconciliationService,
    private readonly inbox: InboxService,
  ) {}

  /**
   * Resolves to what came of each session, the newest first. A provider that is away is no error.
   *
   * @throws UnknownUserError
   */
  async reconcile(askedFor: string, doing: Doing): Promise<ReadSession[]> {
    const { standing, session } = await this.standings.of(askedFor);
    const { userId } = standing;
    const { sessions } = await this.file.of(userId);
    await this.inbox.accept(operatorEvent('reconcile', { userId, session }, doing));
    this.logger.log({ event: 'admin.reconcile', actor: doing.actor, userId });
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const done = await this.reconciler.reconcile({ kind: 'user', userId }, undefined, { signal });
    return sessions.map(({ provider, sessionId, phase }) => {
      const read = done.find((one) => one.provider === provider && one.sessionId === sessionId);
      const { before, after, result } = read ?? { before: phase, after: phase, result: 'not_read' };
      return { provider, sessionId, before, after, result };
    });
  }
}
