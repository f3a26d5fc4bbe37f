import type { EventResult } from '../../metrics/metrics.js';
import type { BatchWriter } from './batch-writer.js';
import type { InboxEvent } from './inbox-event.js';
import { Inbox } from './inbox.service.js';

/** Keeps each batch until the test lets it commit. */
class HeldWriter {
  readonly begun: { keys: string[]; commit: () => void }[] = [];

  write(events: readonly InboxEvent[]): Promise<EventResult[]> {
    const { promise, resolve } = Promise.withResolvers<EventResult[]>();
    const keys = events.map(({ eventKey }) => eventKey);
    this.begun.push({ keys, commit: () => resolve(events.map(() => 'recorded')) });
    return promise;
  }
}

describe('The inbox', () => {
  let writer: HeldWriter;
  let inbox: Inbox;

  beforeEach(() => {
    writer = new HeldWriter();
    inbox = new Inbox(writer as unknown as BatchWriter);
  });

  const accept = (...keys: string[]) =>
    Promise.all(keys.map((eventKey) => inbox.accept({ eventKey } as InboxEvent)));
  const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

  it('commits two batches at a time, and what arrives meanwhile as the next', async () => {
    const answers = [accept('a', 'b')];
    await turnOfTheLoop();
    answers.push(accept('c'));
    await turnOfTheLoop();
    answers.push(accept('d'), accept('e', 'f'));
    await turnOfTheLoop();
    expect(writer.begun.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']]);

    writer.begun[0]?.commit();
    await answers[0];
    expect(writer.begun.map(({ keys }) => keys).slice(2)).toEqual([['d', 'e', 'f']]);

    for (const { commit } of writer.begun) commit();
    await expect(Promise.all(answers)).resolves.toHaveLength(4);
  });

  it('makes no batch larger than 256 events', async () => {
    const answer = accept(...Array.from({ length: 300 }, (_, index) => String(index)));
    await turnOfTheLoop();
    writer.begun[0]?.commit();
    await turnOfTheLoop();
    writer.begun[1]?.commit();
    await answer;
    expect(writer.begun.map(({ keys }) => keys.length)).toEqual([256, 44]);
  });
});
