import type { Timers } from '../timers.ts';

/** Time that passes when a test says so. */
export class FakeTimers implements Timers {
  now = 0;
  readonly #due = new Map<object, { at: number; run: () => void }>();

  get pending(): number {
    return this.#due.size;
  }

  after(ms: number, run: () => void): () => void {
    const key = {};
    this.#due.set(key, { at: this.now + ms, run });
    return () => void this.#due.delete(key);
  }

  /** Runs what falls due, in order, each with everything that follows from it at once. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const [next] = [...this.#due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined) break;
      const [key, { at, run }] = next;
      this.#due.delete(key);
      this.now = at;
      run();
      await settle();
    }
    this.now = end;
  }
}

/** Lets everything happen that waits for no timer: promises, and streams, which take a few turns. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** The body of an answer that a test writes. */
export class FakeStream {
  readonly body: ReadableStream<Uint8Array>;
  isCancelled = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  readonly #encoder = new TextEncoder();

  /** @param signal breaks the body off, as that of a fetch does */
  constructor(signal: AbortSignal) {
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      cancel: () => void (this.isCancelled = true),
    });
    signal.addEventListener('abort', () => (this.isCancelled = true));
  }

  send(text: string): void {
    this.#controller?.enqueue(this.#encoder.encode(text));
  }

  end(): void {
    this.#controller?.close();
  }
}
