import { readFileSync } from 'node:fs';

/**
 * Ends the process with one sentence on a Node that is too old. An entry imports only this file, and loads everything
 * else with `import()`, because an old Node cannot load it. For the same reason this file uses no package and no recent
 * syntax.
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
