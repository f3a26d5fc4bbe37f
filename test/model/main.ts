import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import tearDownDatabase from '../support/global-teardown.mjs';
import startDatabase from '../support/start-postgres.mjs';
import { type Found, type Part, partsOf } from './parts.ts';
import { printHistory } from './steps.ts';

const MESSAGE_LINES = 40;
const HELP = `Runs random histories of users and providers against the gateway and checks its invariants.

Usage: npm run test:model -- [options]

  --histories N  how many histories to run (default 1000)
  --seed S       the seed of the run (default: a random one, which is printed)
  --first I      the number of the first history (default 0), to repeat a part of a run
  --workers W    how many processes run histories (default: one and a half per processor)
  --help         this text

Failures that look alike are one group. Each group is printed with its shortest history. The exit code is 1 if an
invariant was broken.
`;

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
    first: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(Math.ceil(availableParallelism() * 1.5)) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else process.exitCode = (await runAll()) ? 0 : 1;

async function runAll(): Promise<boolean> {
  const [histories, seed, first, workers] = [values.histories, values.seed, values.first, values.workers].map(
    numberOf,
  ) as [number, number, number, number];
  const begin = performance.now();
  const seconds = () => Math.round((performance.now() - begin) / 1_000);
  const groups = new Map<string, Found[]>();
  let done = 0;
  await startDatabase();
  say(`${histories} histories with the seed ${seed} in ${workers} processes`);

  const onFound = (found: Found) => {
    const group = groups.get(found.signature);
    if (group === undefined) {
      groups.set(found.signature, [found]);
      say(`history ${found.index}: ${found.signature}\n${printHistory(found.history)}`);
    } else group.push(found);
  };
  const onDone = (part: Part) => {
    const before = done;
    done += part.to - part.from;
    if (Math.floor(before / 200) !== Math.floor(done / 200) || done === histories) {
      say(`${done} of ${histories} histories after ${seconds()} s, ${groups.size} kinds of failures`);
    }
  };
  try {
    const parts = partsOf(seed, histories, first);
    await Promise.all(Array.from({ length: workers }, () => work(parts, onFound, onDone)));
  } finally {
    await tearDownDatabase();
  }
  if (groups.size > 0) report(groups);
  return groups.size === 0;
}

/** Starts a worker and gives it one part after the other. A worker that crashes is replaced. */
function work(
  parts: Iterator<Part>,
  onFound: (found: Found) => void,
  onDone: (part: Part) => void,
): Promise<void> {
  const worker = fork(new URL('./worker.ts', import.meta.url), {
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      '--import',
      new URL('../../scripts/typescript-loader.mjs', import.meta.url).href,
    ],
  });
  return new Promise((resolve, reject) => {
    let part = parts.next();
    if (part.done === true) {
      worker.kill();
      return resolve();
    }
    const next = () => worker.send(part.done === true ? 'end' : part.value);
    worker.on('message', (message: Found | 'done') => {
      if (message !== 'done') return onFound(message);
      onDone(part.value as Part);
      part = parts.next();
      return next();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) return resolve();
      const lost = part.value as Part;
      const message = `a worker ended with ${code} in the part that begins with history ${lost.from}`;
      const history = { settings: lost.settings, steps: [] };
      onFound({ index: lost.from, signature: 'crash: a worker ended', message, history });
      onDone(lost);
      return work(parts, onFound, onDone).then(resolve, reject);
    });
    next();
  });
}

function report(groups: ReadonlyMap<string, Found[]>): void {
  const sorted = [...groups.values()].toSorted((a, b) => b.length - a.length);
  for (const group of sorted) {
    const shortest = group.toSorted((a, b) => a.history.steps.length - b.history.steps.length)[0] as Found;
    const numbers = group.map(({ index }) => index).toSorted((a, b) => a - b);
    say(`\n${group.length} × ${shortest.signature} (histories ${numbers.slice(0, 5).join(', ')})`);
    say(printHistory(shortest.history));
    say(shortest.message.split('\n').slice(0, MESSAGE_LINES).join('\n'));
  }
  say(groups.size === 0 ? 'No invariant was broken.' : `${groups.size} kinds of failures.`);
}

function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`not a whole number: ${text}`);
  return number;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
