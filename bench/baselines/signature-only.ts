/**
 * Baseline (c): Nest on Fastify and the signature check, without database, inbox and log. It shows the cost of HTTP
 * and the framework.
 */
import 'reflect-metadata';
import { Controller, Get, HttpCode, Module, Post, Req, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { isSigned } from './persona.ts';

const { PORT = '0', HOST = '127.0.0.1', WEBHOOK_SECRET = '' } = process.env;

@Controller()
class SignatureController {
  @Get('health/ready')
  ready(): object {
    return { status: 'ok' };
  }

  @Post('api/webhooks/kyc-status')
  @HttpCode(200)
  receive(@Req() request: FastifyRequest): object {
    if (!isSigned(request.headers['persona-signature'], request.body as Buffer, WEBHOOK_SECRET)) {
      throw new UnauthorizedException();
    }
    return {};
  }
}

@Module({ controllers: [SignatureController] })
class SignatureModule {}

const app = await NestFactory.create<NestFastifyApplication>(SignatureModule, new FastifyAdapter(), {
  bodyParser: false,
  logger: false,
});
app
  .getHttpAdapter()
  .getInstance()
  .addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
await app.listen(PORT, HOST);
