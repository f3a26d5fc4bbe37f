import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadReport, Order } from './orders.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

type Word = { report: LoadReport } | { failure: string };

/** Runs one order in a new process, so that garbage of earlier orders does not slow it down. */
export async function generateLoad(order: Order): Promise<LoadReport> {
  const child = fork(MAIN, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  const ended = once(child, 'exit');
  const gone = ended.then(() => ({ failure: 'the load generator ended before it was done' }));
  try {
    child.send(order);
    const told = once(child, 'message').then(([word]) => word as Word);
    const word = await Promise.race([told, gone]);
    if ('failure' in word) throw new Error(word.failure);
    return word.report;
  } finally {
    if (child.connected) child.disconnect();
    await ended;
  }
}
