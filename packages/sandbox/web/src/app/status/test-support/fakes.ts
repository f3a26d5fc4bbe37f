import type { Timers } from '../timers.ts';

/** Timers that advance only when a test calls `pass`. */
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

  /** Runs the due timers in order. Each one settles before the next runs. */
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

/** Waits until pending promises and stream reads have run. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** A response body that a test writes. */
export class FakeStream {
  readonly body: ReadableStream<Uint8Array>;
  isCanceled = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  readonly #encoder = new TextEncoder();

  /** @param signal aborts the body, like the signal of a fetch */
  constructor(signal: AbortSignal) {
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      cancel: () => void (this.isCanceled = true),
    });
    signal.addEventListener('abort', () => (this.isCanceled = true));
  }

  send(text: string): void {
    this.#controller?.enqueue(this.#encoder.encode(text));
  }

  end(): void {
    this.#controller?.close();
  }
}
