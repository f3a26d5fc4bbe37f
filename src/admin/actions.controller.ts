import { Body, Controller, Delete, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../auth/bearer.guard.ts';
import { RequireScope } from '../auth/scope.guard.ts';
import { ADMIN_SCOPE } from '../auth/scopes.ts';
import type { Principal } from '../auth/token-verifier.ts';
import { ApiProblems } from '../common/api-problems.ts';
import { Clock } from '../common/clock.ts';
import { ErasureResponse } from '../kyc/erasure/erasure.dto.ts';
import { ReconciliationResponse, ResendMailResponse } from './actions.dto.ts';
import { MailResendService } from './mail-resend.service.ts';
import { TakesNoFields } from './no-fields.guard.ts';
import { OperatorErasureService } from './operator-erasure.service.ts';
import type { OperatorContext } from './operator-event.ts';
import { OperatorReconciliationService } from './operator-reconciliation.service.ts';
import { OverrideService } from './override.service.ts';
import { OverrideRequest } from './override.dto.ts';
import { UserStatusResponse } from './user-list.dto.ts';

/** Every action appends an event to the ledger. The event names the operator by the `sub` of the token. */
@ApiTags('Operators')
@ApiBearerAuth('operator')
@RequireScope(ADMIN_SCOPE)
@Controller('api/admin/kyc/users/:id')
export class AdminActionsController {
  constructor(
    private readonly overrides: OverrideService,
    private readonly reconciliation: OperatorReconciliationService,
    private readonly mails: MailResendService,
    private readonly erasure: OperatorErasureService,
    private readonly clock: Clock,
  ) {}

  @Post('override')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Override the status of a user',
    description:
      "Records the operator's decision in place of the provider's. A later verdict of the provider replaces it.",
  })
  @ApiOkResponse({ type: UserStatusResponse, description: 'The resulting status' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async overrideStatus(
    @CurrentUser() operator: Principal,
    @Param('id') id: string,
    @Body() { status, reason, rejection_reason }: OverrideRequest,
  ): Promise<UserStatusResponse> {
    const context = { ...this.contextOf(operator), note: reason };
    return UserStatusResponse.from(
      await this.overrides.override(id, status, rejection_reason ?? null, context),
    );
  }

  @Post('reconcile')
  @TakesNoFields()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: "Reconcile a user's sessions",
    description: "Reads the user's sessions at their providers now, and returns the result of each.",
  })
  @ApiOkResponse({ type: ReconciliationResponse, description: 'The result of each session' })
  @ApiProblems(400, 401, 403, 404, 413, 415, 503)
  async reconcileUser(
    @CurrentUser() operator: Principal,
    @Param('id') id: string,
  ): Promise<ReconciliationResponse> {
    return ReconciliationResponse.from(await this.reconciliation.reconcile(id, this.contextOf(operator)));
  }

  @Post('resend-mail')
  @TakesNoFields()
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Send the last mail again',
    description: "Queues the mail that belongs to the user's current status again.",
  })
  @ApiAcceptedResponse({ type: ResendMailResponse, description: 'The mail is queued' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async resendMail(@CurrentUser() operator: Principal, @Param('id') id: string): Promise<ResendMailResponse> {
    return ResendMailResponse.from(await this.mails.resend(id, this.contextOf(operator)));
  }

  @Delete('data')
  @TakesNoFields()
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Erase the data of a user',
    description:
      "Erases the user's verification data: at the gateway at once, at the providers as soon as they allow it.",
  })
  @ApiAcceptedResponse({
    type: ErasureResponse,
    description: 'Erased at the gateway; erasure at the providers is queued',
  })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async eraseUser(@CurrentUser() operator: Principal, @Param('id') id: string): Promise<ErasureResponse> {
    return ErasureResponse.from(await this.erasure.erase(id, this.contextOf(operator)));
  }

  private contextOf({ userId }: Principal): OperatorContext {
    return { operator: userId, now: this.clock.now() };
  }
}
