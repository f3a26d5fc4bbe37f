/** Runs parts of a long run in a process of its own. Receives the parts and sends the failures by IPC. */
import { generateHistory } from './generate.ts';
import type { Found, Part } from './parts.ts';
import { shrink } from './shrink.ts';
import { Systems } from './systems.ts';

const systems = new Systems();
/** The number of failures of a kind that this worker has shrunk. */
const shrunk = new Map<string, number>();
const SHRUNK_PER_KIND = 2;

process.on('message', (part: Part | 'end') => {
  if (part === 'end') void systems.close().then(() => process.exit(0));
  else void run(part);
});
process.on('disconnect', () => process.exit(1));

async function run({ seed, from, to, settings }: Part): Promise<void> {
  for (let index = from; index < to; index += 1) {
    const history = generateHistory(seed, index, settings);
    const violation = await systems.run(history);
    if (violation === null) continue;
    // A failure that depends on the speed of the machine, or on a race, may not appear again.
    const isSteady = (await systems.run(history))?.signature === violation.signature;
    const signature = isSteady ? violation.signature : `unsteady, ${violation.signature}`;
    const { message } = violation;
    const times = shrunk.get(signature) ?? 0;
    shrunk.set(signature, times + 1);
    const smallest =
      isSteady && times < SHRUNK_PER_KIND
        ? await shrink(history, signature, (each) => systems.run(each))
        : history;
    send({ index, signature, message, history: smallest });
  }
  send('done');
}

function send(message: Found | 'done'): void {
  process.send?.(message);
}
