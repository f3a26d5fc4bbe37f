import { Controller, Get, Header, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BearerGuard, CurrentUser } from '../../auth/bearer.guard.ts';
import type { Principal } from '../../auth/token-verifier.ts';
import { UserGuard } from '../../auth/user.guard.ts';
import { ApiProblems } from '../../common/api-problems.ts';
import { ReturnedUserService } from './returned-user.service.ts';
import { StatusStreamService } from './stream/status-stream.service.ts';
import { VerificationStatusResponse } from './verification-status.dto.ts';
import { VerificationStatusService } from './verification-status.service.ts';

@ApiTags('Verification')
@ApiBearerAuth()
@UseGuards(BearerGuard, UserGuard)
@Controller('api/kyc')
export class StatusController {
  constructor(
    private readonly verificationStatus: VerificationStatusService,
    private readonly returnedUsers: ReturnedUserService,
    private readonly statusStreams: StatusStreamService,
  ) {}

  @Get('status')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'getVerificationStatus',
    summary: 'Get the verification status',
    description: "Returns the user's verification status and the next step that is open to them.",
  })
  @ApiQuery({
    name: 'returned',
    type: Boolean,
    required: false,
    description:
      "`true` once, when the user returns from the provider's page. Some providers send no webhook when the user has " +
      'finished. Their session is then read, for at most 4 s and once in 10 s, so that `next_action` becomes `wait`.',
  })
  @ApiOkResponse({ type: VerificationStatusResponse })
  @ApiProblems(401, 404, 503)
  async getVerificationStatus(
    @CurrentUser() user: Principal,
    @Query('returned') hasReturned?: boolean,
  ): Promise<VerificationStatusResponse> {
    const status = await this.verificationStatus.readOrCreate(user);
    const isRead = hasReturned === true && (await this.returnedUsers.readSession(status));
    return VerificationStatusResponse.from(
      isRead ? await this.verificationStatus.readOrCreate(user) : status,
    );
  }

  @Get('status/stream')
  @ApiOperation({
    operationId: 'streamVerificationStatus',
    summary: 'Stream the verification status',
    description:
      'Sends the status as server-sent events: once when the stream opens, then after every change, until the ' +
      'access token expires.',
  })
  @ApiOkResponse({
    description:
      '`event: status`, whose `data` is a VerificationStatusResponse. A comment every 15 s keeps the connection open.',
    content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/VerificationStatusResponse' } } },
  })
  @ApiProblems(401, 404, 429, 503)
  async streamVerificationStatus(
    @CurrentUser() user: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // A client never reads the body of a HEAD response, so it gets no stream.
    const body = request.method === 'HEAD' ? '' : await this.statusStreams.connect(user);
    void reply
      .type('text/event-stream')
      // A proxy must pass on each event at once. The connection closes with the stream, because a kept-alive connection
      // would delay a shutdown.
      .headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', connection: 'close' })
      .send(body);
  }
}
