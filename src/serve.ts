import 'reflect-metadata';
import { flushCompileCache } from 'node:module';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.ts';
import { fastifyAdapter, setUpApp } from './http/app.setup.ts';
import { reasonOf } from './common/reason-of.ts';
import { orExit } from './config/or-exit.ts';
import { readConfig } from './config/read-config.ts';
import { PROVIDER_DEFINITIONS } from './kyc/providers/registry.ts';
import { shutDownOnSignal } from './http/shutdown.ts';

/** Starts the gateway and listens. Ends the process, with a reason, where it cannot. */
export async function serve(): Promise<void> {
  const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
  try {
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule.of(config),
      fastifyAdapter(config),
      {
        bodyParser: false,
        bufferLogs: true,
        abortOnError: false,
      },
    );
    await setUpApp(app);
    shutDownOnSignal(app);
    // Now, when nobody waits for it, and not at the end, whose time is counted. Nothing is left to write at the next start.
    flushCompileCache();
    await app.listen(config.http.port, config.http.host);
  } catch (error) {
    process.stderr.write(`The gateway could not start: ${reasonOf(error)}\n`);
    process.exit(1);
  }
}
