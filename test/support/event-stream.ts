import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';

export interface StatusEvents {
  status: number;
  headers: IncomingHttpHeaders;
  /** All states received so far. */
  states: Record<string, unknown>[];
  /** Resolves with the first received or future state that matches. */
  waitFor(matches: (state: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Resolves when the stream has ended. */
  ended: Promise<void>;
  close(): void;
}

/** Opens a stream of server-sent events on a separate connection, as a page does. */
export async function openEvents(
  url: string,
  token: string,
  others: Record<string, string> = {},
): Promise<StatusEvents> {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...others };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, headers }, resolve).once('error', reject);
  });
  const states: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'status') states.push(JSON.parse(data) as Record<string, unknown>);
      for (const look of waiting) look();
    },
  });
  response.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
  // A broken connection also emits `close`, which resolves `ended`.
  response.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => response.once('close', () => resolve()));
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    states,
    waitFor: (matches) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = states.find(matches);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error('the stream ended first')));
      }),
    ended,
    close: () => response.destroy(),
  };
}
