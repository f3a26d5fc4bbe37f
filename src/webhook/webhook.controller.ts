import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../common/api-problems.ts';
import { Clock } from '../common/clock.ts';
import { WebhookService } from './webhook.service.ts';

@ApiTags('webhooks')
@Controller('api/webhooks')
export class WebhookController {
  constructor(
    private readonly webhooks: WebhookService,
    private readonly clock: Clock,
  ) {}

  /** The body stays the Buffer that came in: see app.setup.ts. */
  @Post('kyc-status')
  @HttpCode(200)
  @RouteConfig({ isBodyRaw: true })
  @ApiOperation({
    summary: 'Where the identity providers deliver their webhooks',
    description:
      'Recognised by the signature header: `Persona-Signature`, `X-HMAC-SIGNATURE` with `X-AUTH-CLIENT` (Veriff), ' +
      '`X-SHA2-Signature` (Onfido). Answered 200 once the event is durable, and only then.',
  })
  @ApiBody({ schema: { type: 'object', description: "The provider's own document" } })
  @ApiOkResponse({ schema: { type: 'object', example: {} }, description: 'The event is durable' })
  @ApiProblems(400, 401, 413, 415, 503)
  async receive(@Req() request: FastifyRequest): Promise<Record<string, never>> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    await this.webhooks.accept({ headers: request.headers, body, receivedAt: this.clock.now() });
    return {};
  }
}
