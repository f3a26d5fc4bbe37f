/** Notifies listeners that something has changed, without details: each listener reads the whole state again. */
export interface Changes {
  announce(): void;
  /** Returns a function that removes the listener. */
  listen(listener: () => void): () => void;
  close(): void;
}

const DEBOUNCE_MS = 100;

/** Combines changes that happen within `DEBOUNCE_MS` into one notification. */
export function createChanges(): Changes {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  return {
    announce() {
      if (isClosed || listeners.size === 0) return;
      timer ??= setTimeout(() => {
        timer = null;
        for (const listener of listeners) listener();
      }, DEBOUNCE_MS);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      listeners.clear();
    },
  };
}
