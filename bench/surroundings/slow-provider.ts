import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('./slow-provider-process.ts', import.meta.url));

/** A Persona that opens every inquiry it is asked for, each after the same time, in a process of its own. */
export interface SlowProvider {
  /** For PERSONA_API_URL. */
  readonly apiUrl: string;
  close(): Promise<void>;
}

export async function startSlowProvider(delayMs: number): Promise<SlowProvider> {
  const child = fork(PROCESS, [String(delayMs)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const gone = once(child, 'exit').then(() => [null]);
  const [port] = (await Promise.race([once(child, 'message'), gone])) as unknown[];
  if (typeof port !== 'number') throw new Error('the slow provider ended while it started');
  return {
    apiUrl: `http://127.0.0.1:${port}/api/v1`,
    async close() {
      child.disconnect();
      await gone;
    },
  };
}
