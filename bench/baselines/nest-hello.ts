/** The start time and memory of the framework alone: Nest on Fastify with one route. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

const { PORT = '0', HOST = '127.0.0.1' } = process.env;

@Controller()
class HelloController {
  @Get('health/ready')
  ready(): object {
    return { status: 'ok' };
  }

  @Get('hello')
  hello(): object {
    return { hello: 'world' };
  }
}

@Module({ controllers: [HelloController] })
class HelloModule {}

const app = await NestFactory.create<NestFastifyApplication>(HelloModule, new FastifyAdapter(), {
  logger: false,
});
await app.listen(PORT, HOST);
