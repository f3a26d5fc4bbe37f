import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('./slow-provider-process.ts', import.meta.url));

/** An emulated Persona in a separate process that creates every inquiry after a fixed delay. */
export interface SlowProvider {
  /** The value of PERSONA_API_URL. */
  readonly apiUrl: string;
  close(): Promise<void>;
}

export async function startSlowProvider(delayMs: number): Promise<SlowProvider> {
  const child = fork(PROCESS, [String(delayMs)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const gone = once(child, 'exit').then(() => [null]);
  const [port] = (await Promise.race([once(child, 'message'), gone])) as unknown[];
  if (typeof port !== 'number') throw new Error('The slow provider exited while it started');
  return {
    apiUrl: `http://127.0.0.1:${port}/api/v1`,
    async close() {
      child.disconnect();
      await gone;
    },
  };
}
