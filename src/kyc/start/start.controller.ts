import { Body, Controller, Header, Post, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { BearerGuard, CurrentUser } from '../../auth/bearer.guard.ts';
import type { Principal } from '../../auth/token-verifier.ts';
import { UserGuard } from '../../auth/user.guard.ts';
import { ApiProblems } from '../../common/api-problems.ts';
import { ApiIdempotencyKey, REPLAY_HEADERS } from '../idempotency/idempotency-key.ts';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.ts';
import { LIMIT_HEADERS, RateLimitGuard } from '../limits/rate-limit.guard.ts';
import { RedirectUrls } from '../sessions/redirect-urls.ts';
import { StartVerificationRequest, StartVerificationResponse } from './start-verification.dto.ts';
import { StartVerificationService } from './start-verification.service.ts';

const headers = { ...REPLAY_HEADERS, ...LIMIT_HEADERS };

@ApiTags('Verification')
@ApiBearerAuth()
@UseGuards(BearerGuard, UserGuard)
@Controller('api/kyc')
export class StartController {
  constructor(
    private readonly starts: StartVerificationService,
    private readonly redirectUrls: RedirectUrls,
  ) {}

  @Post('start-verification')
  @UseGuards(RateLimitGuard)
  @UseInterceptors(IdempotencyInterceptor)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'startVerification',
    summary: 'Start or resume a verification',
    description:
      'Creates a session at the configured identity provider and returns the link and the SDK token for the user. ' +
      'If the user already has a session that can be continued, the same session is returned with status 200.',
  })
  @ApiIdempotencyKey()
  @ApiBody({ type: StartVerificationRequest, required: false })
  @ApiCreatedResponse({
    type: StartVerificationResponse,
    description: 'A provider session was created',
    headers,
  })
  @ApiOkResponse({
    type: StartVerificationResponse,
    description: 'The current provider session was resumed',
    headers,
  })
  @ApiProblems(400, 401, 404, 409, 413, 415, 422, 429, 502, 503)
  async startVerification(
    @CurrentUser() user: Principal,
    @Body() body: StartVerificationRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StartVerificationResponse> {
    const redirectUrl = this.redirectUrls.choose(body.redirect_url);
    const started = await this.starts.start(user, redirectUrl);
    void reply.status(started.isNew ? 201 : 200);
    return StartVerificationResponse.from(started);
  }
}
