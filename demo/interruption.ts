import { constants } from 'node:os';

export interface Interruption {
  /** `SIGPIPE` means that the reader of the output has closed it. */
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';
}

/**
 * Resolves when the demo must stop. Further signals are ignored, because npm forwards a Ctrl-C that the terminal has
 * already sent. Every step of stopping has a time limit.
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

/** The exit code by which a shell reports the signal that ended a program. */
export function exitCodeOf({ signal }: Interruption): number {
  return 128 + constants.signals[signal];
}
