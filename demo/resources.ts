/** What was started and must be stopped, the latest first. */
export class Resources {
  readonly #stops: (() => Promise<void>)[] = [];
  #isClosed = false;

  /** Takes charge of something from the moment its start begins: an interruption may come before it is up. */
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

  /** Stops everything; what cannot be stopped keeps nothing else from it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (let stop = this.#stops.pop(); stop !== undefined; stop = this.#stops.pop()) {
      await stop().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    }
  }
}
