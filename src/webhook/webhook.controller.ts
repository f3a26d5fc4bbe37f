import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../common/api-problems.ts';
import { Clock } from '../common/clock.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import { WebhookService } from './webhook.service.ts';

const SIGNATURE_HEADERS = PROVIDER_DEFINITIONS.map(
  ({ name, signatureHeaders }) =>
    `${signatureHeaders.map((header) => `\`${header}\``).join(' with ')} (${name})`,
).join(', ');

@ApiTags('Webhooks')
@Controller('api/webhooks')
export class WebhookController {
  constructor(
    private readonly webhooks: WebhookService,
    private readonly clock: Clock,
  ) {}

  @Post('kyc-status')
  @HttpCode(200)
  @RouteConfig({ isBodyRaw: true })
  @ApiOperation({
    summary: 'Receive a webhook of an identity provider',
    description:
      `The signature header identifies the provider: ${SIGNATURE_HEADERS}. ` +
      'The response is 200 only after the event is stored. Providers repeat ' +
      'every delivery that is not answered with 200, so signed JSON of an unknown type or shape is ' +
      'also stored. It changes no status.',
  })
  @ApiBody({ schema: { type: 'object', description: "The provider's own document" } })
  @ApiOkResponse({ schema: { type: 'object', example: {} }, description: 'The event is stored' })
  @ApiProblems(400, 401, 413, 415, 503)
  async receiveWebhook(@Req() request: FastifyRequest): Promise<Record<string, never>> {
    return this.accept(request, null);
  }

  @Post('kyc-status/:provider')
  @HttpCode(200)
  @RouteConfig({ isBodyRaw: true })
  @ApiOperation({
    summary: 'Receive a webhook of one identity provider',
    description:
      'The same as the common address, for one provider only: for allow-lists, for metrics of a proxy, and for ' +
      'providers that share a signature header.',
  })
  @ApiParam({ name: 'provider', enum: PROVIDER_DEFINITIONS.map(({ name }) => name) })
  @ApiBody({ schema: { type: 'object', description: "The provider's own document" } })
  @ApiOkResponse({ schema: { type: 'object', example: {} }, description: 'The event is stored' })
  @ApiProblems(400, 401, 404, 413, 415, 503)
  async receiveWebhookOf(
    @Req() request: FastifyRequest,
    @Param('provider') provider: string,
  ): Promise<Record<string, never>> {
    return this.accept(request, provider);
  }

  private async accept(request: FastifyRequest, provider: string | null): Promise<Record<string, never>> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const delivery = { headers: request.headers, body, receivedAt: this.clock.now() };
    await this.webhooks.accept(delivery, provider);
    return {};
  }
}
