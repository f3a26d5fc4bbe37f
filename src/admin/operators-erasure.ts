import { Injectable, Logger } from '@nestjs/common';
import { type ErasureRequest, ErasureService } from '../kyc/erasure/erasure.service.ts';
import { InboxService } from '../kyc/inbox/inbox.service.ts';
import { type Doing, operatorEvent } from './operator-event.ts';

/** The use case: a user has his data erased by an operator, because he wrote a letter rather than pressed a button. */
@Injectable()
export class OperatorsErasure {
  private readonly logger = new Logger(OperatorsErasure.name);

  constructor(
    private readonly erasures: ErasureService,
    private readonly inbox: InboxService,
  ) {}

  /**
   * The evidence, which names the operator, is written with the erasure. The ledger's entry comes after it and names the
   * request in place of the user, or it would be a trace of him again.
   *
   * @throws UnknownUserError where there is neither such a user nor anything of his
   */
  async erase(userId: string, { actor, now }: Doing): Promise<ErasureRequest> {
    const request = await this.erasures.request(userId, { kind: 'operator', name: actor }, now);
    this.logger.warn({ event: 'admin.erase', actor, userId, requestId: request.requestId });
    const note = `request ${request.requestId}`;
    await this.inbox.accept(operatorEvent('erase', { userId: null, session: null }, { actor, now, note }));
    return request;
  }
}
