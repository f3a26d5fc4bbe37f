import { Body, Controller, Delete, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../auth/bearer.guard.ts';
import { RequireScope } from '../auth/scope.guard.ts';
import { ADMIN_SCOPE } from '../auth/scopes.ts';
import type { Principal } from '../auth/token-verifier.ts';
import { ApiProblems } from '../common/api-problems.ts';
import { Clock } from '../common/clock.ts';
import { ErasureResponse } from '../kyc/erasure/erasure.dto.ts';
import { ReconciliationResponse, ResendMailResponse } from './actions.dto.ts';
import { MailResender } from './mail-resender.ts';
import { TakesNoFields } from './no-fields.guard.ts';
import { OperatorsErasure } from './operators-erasure.ts';
import { OperatorsReconciliation } from './operators-reconciliation.ts';
import { OverrideService } from './override.service.ts';
import { OverrideRequest } from './override.dto.ts';
import { UserStatusResponse } from './user-list.dto.ts';

/** What operators do. Each leaves an entry in the ledger under the `sub` of the token. */
@ApiTags('admin')
@ApiBearerAuth('operator')
@RequireScope(ADMIN_SCOPE)
@Controller('api/admin/kyc/users/:id')
export class AdminActionsController {
  constructor(
    private readonly overrides: OverrideService,
    private readonly reconciliation: OperatorsReconciliation,
    private readonly mails: MailResender,
    private readonly erasure: OperatorsErasure,
    private readonly clock: Clock,
  ) {}

  /** Decides in the provider's place. A verdict of the provider that is newer than this replaces it. */
  @Post('override')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: UserStatusResponse, description: 'Where the user stands now' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async override(
    @CurrentUser() operator: Principal,
    @Param('id') id: string,
    @Body() { status, reason, rejection_reason }: OverrideRequest,
  ): Promise<UserStatusResponse> {
    const doing = { actor: operator.userId, now: this.clock.now(), note: reason };
    return UserStatusResponse.from(
      await this.overrides.override(id, status, rejection_reason ?? null, doing),
    );
  }

  /** Reads the user's sessions at their providers now. */
  @Post('reconcile')
  @TakesNoFields()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: ReconciliationResponse, description: 'What came of each session' })
  @ApiProblems(400, 401, 403, 404, 413, 415, 503)
  async reconcile(
    @CurrentUser() operator: Principal,
    @Param('id') id: string,
  ): Promise<ReconciliationResponse> {
    return ReconciliationResponse.from(await this.reconciliation.reconcile(id, this.doingOf(operator)));
  }

  /** Sends the mail that belongs to where the user stands once more. */
  @Post('resend-mail')
  @TakesNoFields()
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiAcceptedResponse({ type: ResendMailResponse, description: 'The mail is on its way' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async resendMail(@CurrentUser() operator: Principal, @Param('id') id: string): Promise<ResendMailResponse> {
    return ResendMailResponse.from(await this.mails.resend(id, this.doingOf(operator)));
  }

  /** Erases what the user's verification has left: here at once, at the providers as soon as they let us. */
  @Delete('data')
  @TakesNoFields()
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiAcceptedResponse({ type: ErasureResponse, description: 'Erased here; the providers are asked to' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async erase(@CurrentUser() operator: Principal, @Param('id') id: string): Promise<ErasureResponse> {
    return ErasureResponse.from(await this.erasure.erase(id, this.doingOf(operator)));
  }

  private doingOf(operator: Principal): { actor: string; now: Date } {
    return { actor: operator.userId, now: this.clock.now() };
  }
}
