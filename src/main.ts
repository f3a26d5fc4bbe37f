import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { fastifyAdapter, setUpApp } from './app.setup.js';
import { orExit } from './config/or-exit.js';
import { readConfig } from './config/read-config.js';
import { PROVIDER_DEFINITIONS } from './kyc/providers/registry.js';

const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), fastifyAdapter(config), {
  bodyParser: false,
  bufferLogs: true,
});
await setUpApp(app);
await app.listen(config.http.port, config.http.host);
