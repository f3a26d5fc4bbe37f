/** Stops everything that was started, in reverse order. */
export class Resources {
  readonly #stops: (() => Promise<void>)[] = [];
  #isClosed = false;

  /** Registers a resource when its start begins, because an interruption can arrive before it has started. */
  async hold<T>(start: () => T | Promise<T>, stop: (thing: T) => Promise<void>): Promise<T> {
    if (this.#isClosed) throw new Error('the demo is stopping');
    const starting = Promise.resolve(start());
    this.#stops.push(async () => {
      const started = await starting.then(
        (thing) => ({ thing }),
        () => null,
      );
      if (started !== null) await stop(started.thing);
    });
    return starting;
  }

  /** Also stops the other resources if one fails to stop. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (let stop = this.#stops.pop(); stop !== undefined; stop = this.#stops.pop()) {
      await stop().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    }
  }
}
