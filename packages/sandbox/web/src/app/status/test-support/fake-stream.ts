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
