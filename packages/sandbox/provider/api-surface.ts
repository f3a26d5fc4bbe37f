import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Misbehavior, ProviderMode, RecordedCall } from './contract.ts';
import type { ProviderEmulator } from './emulator.ts';
import { pathOf } from './endpoints.ts';
import { modeOf } from './modes.ts';

/** No real request comes near it. */
const BODY_LIMIT = 1024 * 1024;

/** Wraps a provider's API: records the calls and applies the misbehavior that a test has set. */
export interface ApiSurface {
  register(app: FastifyInstance): void;
  calls(): RecordedCall[];
  misbehave(how: Misbehavior): void;
  behave(): void;
  mode(): ProviderMode;
}

export function createApiSurface(
  emulator: ProviderEmulator,
  closing: AbortSignal,
  changed: () => void,
): ApiSurface {
  const calls: RecordedCall[] = [];
  const chosen = new WeakMap<FastifyRequest, Misbehavior>();
  let current: Misbehavior | null = null;
  let left = 0;

  function takeMisbehavior(): Misbehavior | null {
    if (current === null || left <= 0) return null;
    left -= 1;
    if (left === 0) changed();
    return current;
  }

  function routes(app: FastifyInstance): void {
    // Signatures cover the bytes, so the emulators read the raw body and parse it themselves.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    );

    app.addHook('preHandler', async (request, reply) => {
      const how = takeMisbehavior();
      if (how === null) return undefined;
      chosen.set(request, how);
      if (how.status === undefined && how.body === undefined) return undefined;
      const status = how.status ?? 200;
      const body = how.body ?? '';
      // A dropped call never reaches the provider, so the emulator must not remember it.
      if (how.disconnect === true) return sendPrepared(reply.code(status));
      emulator.preparedResponseSent(request, { status, body });
      return sendPrepared(reply.code(status).type('application/json; charset=utf-8'), body);
    });

    app.addHook('onSend', async (request, reply, payload) => {
      const how = chosen.get(request);
      for (const [name, value] of Object.entries(how?.headers ?? {})) reply.header(name, value);
      calls.push({
        provider: emulator.name,
        method: request.method,
        path: pathOf(request),
        status: how?.disconnect === true ? 0 : reply.statusCode,
        at: new Date().toISOString(),
      });
      changed();
      if (how?.delayMs !== undefined) {
        await pause(how.delayMs, undefined, { signal: closing }).catch(() => undefined);
      }
      if (how?.disconnect === true) request.raw.socket.destroy();
      return payload;
    });

    emulator.registerApi(app);
  }

  return {
    register(app) {
      app.register(async (scope) => routes(scope), { prefix: emulator.prefix });
    },
    calls: () => [...calls],
    misbehave(how) {
      current = how;
      left = how.times ?? Number.POSITIVE_INFINITY;
      changed();
    },
    behave() {
      current = null;
      changed();
    },
    mode: () => modeOf(left > 0 ? current : null),
  };
}

/** Without hijack, Fastify still executes the call if the client disconnects before the response. */
async function sendPrepared(reply: FastifyReply, body?: string): Promise<void> {
  await reply.send(body);
  reply.hijack();
}
