import { Injectable, Logger } from '@nestjs/common';
import { type ErasureRequest, ErasureService } from '../kyc/erasure/erasure.service.ts';
import { InboxService } from '../kyc/inbox/inbox.service.ts';
import { type OperatorContext, operatorEvent } from './operator-event.ts';
import { OwnCaseService } from './own-case.service.ts';

@Injectable()
export class OperatorErasureService {
  private readonly logger = new Logger(OperatorErasureService.name);

  constructor(
    private readonly erasures: ErasureService,
    private readonly inbox: InboxService,
    private readonly ownCases: OwnCaseService,
  ) {}

  /**
   * The record of the erasure names the operator, in the transaction of the erasure. The ledger event follows. It names
   * the erasure request instead of the user, because a user id is personal data.
   * @throws OwnCaseError, or UnknownUserError if neither the user nor any data about them exists
   */
  async erase(userId: string, { operator, now }: OperatorContext): Promise<ErasureRequest> {
    await this.ownCases.reject(operator, userId);
    const request = await this.erasures.eraseUser(userId, { kind: 'operator', name: operator }, now);
    this.logger.warn({ event: 'admin.erase', actor: operator, userId, requestId: request.requestId });
    const context = { operator, now, note: `request ${request.requestId}` };
    await this.inbox.acceptEvent(operatorEvent('erase', { userId: null, session: null }, context));
    return request;
  }
}
