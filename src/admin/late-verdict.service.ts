import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../common/domain-error.ts';
import { DecisionWriter } from '../kyc/decisions/decision-writer.ts';
import type { UserStatus } from '../kyc/status/user-status.repository.ts';
import { type LateVerdict, LateVerdictRepository } from '../kyc/store/late-verdict.repository.ts';
import type { OperatorContext } from './operator-event.ts';
import { requireReviewable } from './override.service.ts';
import { OwnCaseService } from './own-case.service.ts';

export class LateVerdictOutdatedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.late_verdict_outdated';
  readonly title = 'This late verdict is no longer in the list. Read the list again';
}

export class LateVerdictAcceptedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.late_verdict_accepted';
  readonly title = 'This late verdict has already been accepted';
}

export class LateVerdictErasedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.late_verdict_erased';
  readonly title = 'The data of this late verdict has been erased, so it cannot be accepted';
}

export interface LateVerdictPage {
  verdicts: LateVerdict[];
  /** The cursor of the next page; null after a page that is not full. */
  next: string | null;
}

/** Eighteen digits fit the type of the ids in every case. */
const EVENT_ID = /^\d{1,18}$/;

/** A late verdict changes no status, because a newer attempt has replaced its attempt. An operator can accept it. */
@Injectable()
export class LateVerdictService {
  private readonly logger = new Logger(LateVerdictService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly lateVerdicts: LateVerdictRepository,
    private readonly decisions: DecisionWriter,
    private readonly ownCases: OwnCaseService,
  ) {}

  async page(limit: number, after?: string): Promise<LateVerdictPage> {
    const verdicts = await this.lateVerdicts.listPage(this.dataSource.manager, limit, after);
    const last = verdicts.length === limit ? verdicts.at(-1) : undefined;
    return { verdicts, next: last?.eventId ?? null };
  }

  /**
   * Makes the verdict an override of the user's current attempt, and returns the resulting status.
   *
   * @throws OwnCaseError, NoSessionError, LateVerdictAcceptedError, LateVerdictErasedError or LateVerdictOutdatedError
   */
  async accept(eventId: string, { operator, note, now }: Required<OperatorContext>): Promise<UserStatus> {
    if (!EVENT_ID.test(eventId)) throw new LateVerdictOutdatedError('the id is not the id of an event');
    const eventKey = `operator:accept_late_verdict:${eventId}`;
    const find = (manager = this.dataSource.manager) => this.lateVerdicts.find(manager, eventId, eventKey);
    const found = await find();
    if (found === null) throw new LateVerdictOutdatedError('the ledger contains no such late verdict');
    await this.ownCases.reject(operator, found.userId);
    const status = await this.decisions.write(found.userId, now, async (manager, { current }) => {
      const verdict = requireOpen(await find(manager));
      const { outcome, reason } = verdict;
      if (outcome === 'in_review') requireReviewable(current);
      return {
        outcome,
        reason: outcome === 'declined' ? (reason ?? 'other') : null,
        eventKey,
        actor: operator,
        note,
      };
    });
    const { userId, status: kycStatus } = status;
    this.logger.warn({
      event: 'admin.accept_late_verdict',
      actor: operator,
      userId,
      status: kycStatus,
      eventId,
    });
    return status;
  }
}

type Found = Awaited<ReturnType<LateVerdictRepository['find']>>;

function requireOpen(found: Found): LateVerdict {
  switch (found?.state) {
    case 'open':
      return found;
    case 'accepted':
      throw new LateVerdictAcceptedError('the ledger contains its acceptance');
    case 'erased':
      throw new LateVerdictErasedError('the session is erased');
    default:
      throw new LateVerdictOutdatedError('the status agrees with it, or a newer decision exists');
  }
}
