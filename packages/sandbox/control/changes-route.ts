import type { FastifyInstance } from 'fastify';
import type { Changes } from '../changes.ts';

const HEARTBEAT_MS = 15_000;
const CHANGED = 'event: changed\ndata: now\n\n';

/** Server-sent events. The first is sent immediately, so that a client also reads the changes before it connected. */
export function registerChangesRoute(app: FastifyInstance, changes: Changes): void {
  const ends = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of ends) end();
  });

  app.get('/sandbox/changes', (_request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    raw.write(`retry: 1000\n\n${CHANGED}`);
    const stopListening = changes.listen(() => raw.write(CHANGED));
    const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
    const end = () => raw.end();
    ends.add(end);
    raw.on('close', () => {
      clearInterval(heartbeat);
      stopListening();
      ends.delete(end);
    });
  });
}
