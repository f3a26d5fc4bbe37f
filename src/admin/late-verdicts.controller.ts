import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../auth/bearer.guard.ts';
import { RequireScope } from '../auth/scope.guard.ts';
import { ADMIN_SCOPE } from '../auth/scopes.ts';
import type { Principal } from '../auth/token-verifier.ts';
import { ApiProblems } from '../common/api-problems.ts';
import { Clock } from '../common/clock.ts';
import {
  AcceptLateVerdictRequest,
  LateVerdictListQuery,
  LateVerdictListResponse,
} from './late-verdict.dto.ts';
import { LateVerdictService } from './late-verdict.service.ts';
import { DEFAULT_LIMIT, UserStatusResponse } from './user-list.dto.ts';

@ApiTags('Operators')
@ApiBearerAuth('operator')
@RequireScope(ADMIN_SCOPE)
@Controller('api/admin/kyc/late-verdicts')
export class LateVerdictsController {
  constructor(
    private readonly lateVerdicts: LateVerdictService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'List late verdicts',
    description:
      'Returns one page of verdicts that arrived after a newer attempt had replaced their attempt, newest first. ' +
      "Contains only verdicts that differ from the user's status and that no newer decision has made needless.",
  })
  @ApiOkResponse({ type: LateVerdictListResponse })
  @ApiProblems(400, 401, 403, 503)
  async listLateVerdicts(
    @Query() { limit = DEFAULT_LIMIT, after }: LateVerdictListQuery,
  ): Promise<LateVerdictListResponse> {
    return LateVerdictListResponse.from(await this.lateVerdicts.page(limit, after));
  }

  @Post(':eventId/accept')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Accept a late verdict',
    description:
      "Makes the verdict the user's status, as an override with the same status does. A late verdict can be accepted once.",
  })
  @ApiOkResponse({ type: UserStatusResponse, description: 'The resulting status' })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async acceptLateVerdict(
    @CurrentUser() { userId: operator }: Principal,
    @Param('eventId') eventId: string,
    @Body() { reason }: AcceptLateVerdictRequest,
  ): Promise<UserStatusResponse> {
    const context = { operator, now: this.clock.now(), note: reason };
    return UserStatusResponse.from(await this.lateVerdicts.accept(eventId, context));
  }
}
