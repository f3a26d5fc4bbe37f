import { setTimeout as pause } from 'node:timers/promises';
import { ConfigService } from '@nestjs/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GatewayConfig } from './config/gateway.config.js';
import { Readiness } from './health/readiness.js';

/** Deliveries are answered well within it; an orchestrator commonly waits ten seconds or more. */
const GRACE_MS = 7_000;
/** The end in any case: whatever still hangs then has nobody who waits for it. */
const LAST_RESORT_MS = 9_500;

/**
 * On SIGTERM or SIGINT: says that it is not ready and goes on serving for SHUTDOWN_DRAIN_SECONDS, then takes no new
 * connection, finishes what is in work, closes everything and exits. The same signal again ends it at once.
 */
export function shutDownOnSignal(app: NestFastifyApplication): void {
  const drainMs =
    app.get<ConfigService<GatewayConfig, true>>(ConfigService).get('http', { infer: true }).drainSeconds *
    1_000;
  const readiness = app.get(Readiness);
  const fastify = app.getHttpAdapter().getInstance();

  async function shutDown(): Promise<void> {
    if (readiness.isShuttingDown) return;
    readiness.isShuttingDown = true;
    setTimeout(() => process.exit(1), drainMs + LAST_RESORT_MS).unref();
    await pause(drainMs);
    // Not awaited: jobs and streams come to their end at the same time.
    void fastify.close();
    await app.close();
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void shutDown());
}

/**
 * Nothing keeps a shutdown waiting: neither a client that would use its connection again, nor one that never asks for
 * anything or never stops.
 */
export function boundShutdown(app: NestFastifyApplication): void {
  const readiness = app.get(Readiness);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (readiness.isShuttingDown) void reply.header('connection', 'close');
    done();
  });
  fastify.addHook('preClose', (done) => {
    setTimeout(() => fastify.server.closeAllConnections(), GRACE_MS).unref();
    done();
  });
}
