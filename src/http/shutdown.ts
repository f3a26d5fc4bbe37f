import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Readiness } from '../health/readiness.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/**
 * Deliveries finish well within this time. Orchestrators commonly wait ten seconds or more before they kill a process.
 */
const GRACE_MS = 7_000;
/** The process exits this long after the drain, even if work is left. */
export const FORCED_EXIT_MS = 9_500;
/**
 * A Ctrl-C reaches the gateway twice, from the terminal and from npm. The gateway ignores the second signal within this
 * time.
 */
const REPEATED_SIGNAL_MS = 1_000;

/**
 * On SIGTERM or SIGINT, the gateway reports that it is not ready, and keeps serving requests for the drain time. Then
 * it accepts no new connection, finishes its work, closes everything and exits. A second signal makes it exit at once.
 */
export function shutDownOnSignal(app: NestFastifyApplication, drainSeconds: number): void {
  const drainMs = drainSeconds * 1_000;
  const readiness = app.get(Readiness);
  const fastify = app.getHttpAdapter().getInstance();
  let signaledAt = 0;

  async function shutDown(signal: NodeJS.Signals): Promise<void> {
    if (readiness.isShuttingDown) {
      // The first process of a container has no default action for a signal, so it must exit itself.
      if (performance.now() - signaledAt > REPEATED_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
      return;
    }
    readiness.isShuttingDown = true;
    signaledAt = performance.now();
    setTimeout(() => process.exit(1), drainMs + FORCED_EXIT_MS).unref();
    await pause(drainMs);
    // This does not await the end, because jobs and streams must end at the same time.
    void fastify.close();
    await app.close();
    process.exit(0);
  }
  for (const signal of SIGNALS) process.on(signal, () => void shutDown(signal));
}

/** Closes connections that clients reuse, keep idle or never finish, so that a shutdown ends in time. */
export function limitShutdownTime(app: NestFastifyApplication): void {
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
