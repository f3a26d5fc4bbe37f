/** `npm run check`: runs all checks, two at the same time, and prints the output of each one when it ends. */
import './preflight.mjs';
import { spawn } from 'node:child_process';

/** The longest check starts first. */
const CHECKS = ['openapi', 'types', 'format', 'lint', 'imports', 'prose', 'config'];
const PARALLEL = 2;

const waiting = CHECKS.values();
const failed = [];
await Promise.all(Array.from({ length: PARALLEL }, runInTurn));
if (failed.length > 0) {
  process.stderr.write(`Failed: ${failed.map((name) => `npm run check:${name}`).join(', ')}\n`);
  process.exitCode = 1;
}

async function runInTurn() {
  for (const name of waiting) {
    const startedAt = performance.now();
    const { code, output } = await run(name);
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} check:${name} (${seconds} s)\n${output}`);
    if (code !== 0) failed.push(name);
  }
}

function run(name) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', `check:${name}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
