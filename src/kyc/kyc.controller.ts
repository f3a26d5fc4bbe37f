import { Body, Controller, Get, Header, Post, Req, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BearerGuard, CurrentUser } from '../auth/bearer.guard.ts';
import type { Principal } from '../auth/token-verifier.ts';
import { ApiProblems } from '../common/api-problems.ts';
import { ApiIdempotencyKey, REPLAY_HEADERS } from './idempotency/api-idempotency-key.ts';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.ts';
import { LIMIT_HEADERS } from './limits/limit-fields.ts';
import { StartLimitGuard } from './limits/start-limit.guard.ts';
import { RedirectUrls } from './start/redirect-urls.ts';
import { StartVerificationResponse, StartVerificationRequest } from './start/start-verification.dto.ts';
import { StartVerificationService } from './start/start-verification.service.ts';
import { StatusStreams } from './status/stream/status-streams.ts';
import { VerificationStatusResponse } from './status/verification-status.dto.ts';
import { VerificationStatusService } from './status/verification-status.service.ts';

const headers = { ...REPLAY_HEADERS, ...LIMIT_HEADERS };

@ApiTags('kyc')
@ApiBearerAuth()
@UseGuards(BearerGuard)
@Controller('api/kyc')
export class KycController {
  constructor(
    private readonly startVerification: StartVerificationService,
    private readonly verificationStatus: VerificationStatusService,
    private readonly statusStreams: StatusStreams,
    private readonly redirectUrls: RedirectUrls,
  ) {}

  /** Opens a verification session at the configured provider, or leads back into the one that is open. */
  @Post('start-verification')
  @UseGuards(StartLimitGuard)
  @UseInterceptors(IdempotencyInterceptor)
  @Header('cache-control', 'no-store')
  @ApiIdempotencyKey()
  @ApiBody({ type: StartVerificationRequest, required: false })
  @ApiCreatedResponse({ type: StartVerificationResponse, description: 'A session was opened', headers })
  @ApiOkResponse({ type: StartVerificationResponse, description: 'The open session is resumed', headers })
  @ApiProblems(400, 401, 404, 409, 413, 415, 422, 429, 502, 503)
  async start(
    @CurrentUser() user: Principal,
    @Body() body: StartVerificationRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StartVerificationResponse> {
    const redirectUrl = this.redirectUrls.choose(body.redirect_url);
    const started = await this.startVerification.start(user, redirectUrl);
    void reply.status(started.isNew ? 201 : 200);
    return StartVerificationResponse.from(started);
  }

  /** Where the user stands, and what he can do next. */
  @Get('status')
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: VerificationStatusResponse })
  @ApiProblems(401, 404, 503)
  async status(@CurrentUser() user: Principal): Promise<VerificationStatusResponse> {
    return VerificationStatusResponse.from(await this.verificationStatus.read(user));
  }

  /** The same object on every change, as server-sent events: at once on opening, then until the token expires. */
  @Get('status/stream')
  @ApiOkResponse({
    description:
      '`event: status`, whose `data` is a VerificationStatusResponse; a comment every 15 s keeps it open',
    content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/VerificationStatusResponse' } } },
  })
  @ApiProblems(401, 404, 429, 503)
  async stream(
    @CurrentUser() user: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // A HEAD would hold a stream open that nobody reads.
    const body = request.method === 'HEAD' ? '' : await this.statusStreams.open(user);
    void reply
      .type('text/event-stream')
      // A proxy that collected the events before passing them on would defeat them; and a connection that was kept
      // for reuse after a stream's end would keep a shutdown waiting.
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'close' })
      .send(body);
  }
}
