import { constants } from 'node:os';

export interface Interruption {
  /** `SIGINT` and its like; `SIGPIPE` when nobody reads our output any more. */
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';
}

/**
 * Resolves when the demo is to stop. Further signals change nothing: npm passes on a Ctrl-C that the terminal has
 * already sent, and every step of the stopping is bounded.
 */
export function interruption(): Promise<Interruption> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve({ signal }));
    }
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', () => resolve({ signal: 'SIGPIPE' }));
    }
  });
}

/** As a shell reports a program that a signal ended. */
export function exitCodeOf({ signal }: Interruption): number {
  return 128 + constants.signals[signal];
}
