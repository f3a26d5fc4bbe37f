import { Body, Controller, Delete, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../auth/bearer.guard.js';
import { RequireScope } from '../auth/scope.guard.js';
import { ADMIN_SCOPE } from '../auth/scopes.js';
import type { Principal } from '../auth/token-verifier.js';
import { ApiProblems } from '../common/api-problems.js';
import { Clock } from '../common/clock.js';
import { ErasureAnswer } from '../kyc/erasure/erasure.dto.js';
import { ReconciliationAnswer, ResentMailAnswer } from './actions.dto.js';
import { MailResender } from './mail-resender.js';
import { TakesNoFields } from './no-fields.guard.js';
import { OperatorsErasure } from './operators-erasure.js';
import { OperatorsReconciliation } from './operators-reconciliation.js';
import { Overrides } from './override.js';
import { OverrideRequest } from './override.dto.js';
import { UserStandingAnswer } from './user-list.dto.js';

/** What operators do. Each leaves an entry in the ledger under the `sub` of the token. */
@ApiTags('admin')
@ApiBearerAuth('operator')
@RequireScope(ADMIN_SCOPE)
@Controller('api/admin/kyc/users/:id')
export class AdminActionsController {
  constructor(
    private readonly overrides: Overrides,
    private readonly reconciliation: OperatorsReconciliation,
    private readonly mails: MailResender,
    private readonly erasure: OperatorsErasure,
    private readonly clock: Clock,
  ) {}

  /** Decides in the provider's place. A verdict of the provider that is newer than this replaces it. */
  @Post('override')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: UserStandingAnswer, description: 'Where the user stands now' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async override(
    @CurrentUser() operator: Principal,
    @Param('id') id: string,
    @Body() { status, reason, rejection_reason }: OverrideRequest,
  ): Promise<UserStandingAnswer> {
    const doing = { actor: operator.userId, now: this.clock.now(), note: reason };
    return UserStandingAnswer.from(
      await this.overrides.override(id, status, rejection_reason ?? null, doing),
    );
  }

  /** Reads the user's sessions at their providers now. */
  @Post('reconcile')
  @TakesNoFields()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: ReconciliationAnswer, description: 'What came of each session' })
  @ApiProblems(400, 401, 403, 404, 413, 415, 503)
  async reconcile(
    @CurrentUser() operator: Principal,
    @Param('id') id: string,
  ): Promise<ReconciliationAnswer> {
    return ReconciliationAnswer.from(await this.reconciliation.reconcile(id, this.doingOf(operator)));
  }

  /** Sends the mail that belongs to where the user stands once more. */
  @Post('resend-mail')
  @TakesNoFields()
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiAcceptedResponse({ type: ResentMailAnswer, description: 'The mail is on its way' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async resendMail(@CurrentUser() operator: Principal, @Param('id') id: string): Promise<ResentMailAnswer> {
    return ResentMailAnswer.from(await this.mails.resend(id, this.doingOf(operator)));
  }

  /** Erases what the user's verification has left: here at once, at the providers as soon as they let us. */
  @Delete('data')
  @TakesNoFields()
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiAcceptedResponse({ type: ErasureAnswer, description: 'Erased here; the providers are asked to' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async erase(@CurrentUser() operator: Principal, @Param('id') id: string): Promise<ErasureAnswer> {
    return ErasureAnswer.from(await this.erasure.erase(id, this.doingOf(operator)));
  }

  private doingOf(operator: Principal): { actor: string; now: Date } {
    return { actor: operator.userId, now: this.clock.now() };
  }
}
