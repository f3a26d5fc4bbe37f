import type { EmulatedProvider } from '../../packages/sandbox/sandbox.ts';
import { eventually } from './eventually.ts';

/** Sends one event per session, one after the other, until it is closed. */
export function openEvents(emulator: EmulatedProvider, sessionIds: readonly string[]) {
  const closing = new AbortController();
  let sent = 0;
  const running = sessionIds.map(async (sessionId) => {
    const firstAt = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
    for (let second = 0; !closing.signal.aborted; second += 1) {
      await emulator.decide(sessionId, { outcome: 'review' }, { at: new Date(firstAt + second * 1_000) });
      sent += 1;
    }
  });
  return {
    /** Waits until the stream has sent several more events. */
    async flows(): Promise<void> {
      const enough = sent + 15;
      await eventually(async () => (sent >= enough ? true : undefined));
    },
    async close(): Promise<void> {
      closing.abort();
      await Promise.all(running);
    },
  };
}
