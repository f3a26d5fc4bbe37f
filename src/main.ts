import { readFileSync } from 'node:fs';

/**
 * The entry of the gateway. A Node that is too old must be able to parse this file, so it uses no package and no recent
 * syntax, and loads everything else after the check.
 */
const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const required = (JSON.parse(manifest) as { engines: { node: string } }).engines.node.replace('>=', '');

function numberOf(version: string): number {
  const [major, minor] = version.split('.').map(Number);
  return Number(major) * 1_000 + Number(minor);
}

if (numberOf(process.versions.node) < numberOf(required)) {
  process.stderr.write(`Node ${process.versions.node} is too old: use Node ${required} or newer.\n`);
  process.exit(1);
}
// Without a listener, SIGHUP ends the process. `rotateSecrets` reacts to it as soon as the gateway has started.
process.on('SIGHUP', () => undefined);
await import('./gateway.ts');
