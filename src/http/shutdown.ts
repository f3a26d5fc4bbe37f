import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigService } from '@nestjs/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Readiness } from '../health/readiness.ts';

/** Deliveries are answered well within it; an orchestrator commonly waits ten seconds or more. */
const GRACE_MS = 7_000;
/** The end in any case: whatever still hangs then has nobody who waits for it. */
const LAST_RESORT_MS = 9_500;
/** One Ctrl-C reaches us from the terminal, and once more from the npm that runs us. */
const ECHO_MS = 1_000;

/**
 * On SIGTERM or SIGINT: says that it is not ready and goes on serving for SHUTDOWN_DRAIN_SECONDS, then takes no new
 * connection, finishes what is in work, closes everything and exits. Another signal ends it at once.
 */
export function shutDownOnSignal(app: NestFastifyApplication): void {
  const drainMs =
    app.get<ConfigService<GatewayConfig, true>>(ConfigService).get('http', { infer: true }).drainSeconds *
    1_000;
  const readiness = app.get(Readiness);
  const fastify = app.getHttpAdapter().getInstance();

  let askedAt = 0;

  async function shutDown(signal: NodeJS.Signals): Promise<void> {
    if (readiness.isShuttingDown) {
      // Not left to the signal's default, which the first process of a container has none of.
      if (performance.now() - askedAt > ECHO_MS) process.exit(128 + constants.signals[signal]);
      return;
    }
    readiness.isShuttingDown = true;
    askedAt = performance.now();
    setTimeout(() => process.exit(1), drainMs + LAST_RESORT_MS).unref();
    await pause(drainMs);
    // Not awaited: jobs and streams come to their end at the same time.
    void fastify.close();
    await app.close();
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void shutDown(signal));
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
