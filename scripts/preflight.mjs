/**
 * Ends a command with one sentence when it cannot work: on a Node that is too old, before `npm ci` or, with `--built`,
 * before `npm run build`. It must run on every Node, so it uses no package and no recent syntax.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const required = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).engines.node.replace('>=', '');

function numberOf(version) {
  const [major, minor] = version.split('.').map(Number);
  return major * 1_000 + minor;
}

function problem() {
  if (!existsSync(`${ROOT}node_modules/pg`)) return 'The packages are not installed yet. Run npm ci first.';
  if (numberOf(process.versions.node) < numberOf(required)) {
    return `Node ${process.versions.node} is too old: use Node ${required} or newer, or start this as an npm script after npm ci.`;
  }
  if (process.argv[2] === '--built' && !existsSync(`${ROOT}dist/main.js`)) {
    return 'Nothing is built yet. Run npm run build first.';
  }
  return undefined;
}

const message = problem();
if (message !== undefined) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
