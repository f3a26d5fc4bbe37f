/**
 * Lists the licences of the shipped packages from the lock file.
 *
 *   node scripts/licences.ts           writes docs/licences.md
 *   node scripts/licences.ts --check   writes nothing; exits with 1 if the committed page is out of date
 *
 * In both modes it exits with 1 if a package has a licence that is not allowed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = 'docs/licences.md';

/** Licences that only require their text to be kept. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);

interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
}

interface Shipped {
  name: string;
  version: string;
  license: string;
}

/** The packages that `npm ci --omit=dev` installs. */
function shipped(packages: Record<string, Locked>): Shipped[] {
  const found = Object.entries(packages)
    // The paths outside node_modules are the gateway itself and its workspaces, which are not installed.
    .filter(
      ([path, { dev, devOptional, link }]) =>
        path.startsWith('node_modules/') && !dev && !devOptional && !link,
    )
    .map(([path, { version = '', license = 'not named' }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      license,
    }));
  // One version can be installed in several places.
  const once = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** SPDX expressions: one side of OR must be allowed, and both sides of AND. Any other expression is not allowed. */
function isAllowed(license: string): boolean {
  const text = license.replace(/^\((.*)\)$/, '$1');
  if (text.includes(' OR ')) return text.split(' OR ').some(isAllowed);
  return text.split(' AND ').every((one) => ALLOWED.has(one));
}

async function pageOf(packages: readonly Shipped[]): Promise<string> {
  const counts = Map.groupBy(packages, ({ license }) => license);
  const sums = [...counts]
    .map(([license, of]) => [license, of.length] as const)
    .sort(([, a], [, b]) => b - a);
  const text = `# Licences

For legal reviewers. This page lists the licences of all shipped packages: those that \`npm ci --omit=dev\` installs from
the lock file. The gateway itself is [MIT](../LICENSE). \`npm run licences\` generates the page. A test fails if it is
stale, or if \`scripts/licences.ts\` does not allow a licence.

${sums.map(([license, count]) => `${license}: ${count}`).join(' · ')}

| Package | Version | Licence |
| --- | --- | --- |
${packages.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`).join('\n')}
`;
  return format(text, { ...(await resolveConfig(ROOT + PAGE)), filepath: PAGE });
}

const lock = JSON.parse(await readFile(`${ROOT}package-lock.json`, 'utf8')) as {
  packages: Record<string, Locked>;
};
const packages = shipped(lock.packages);
const refused = packages.filter(({ license }) => !isAllowed(license));
const page = await pageOf(packages);
const isCurrent = (await readFile(ROOT + PAGE, 'utf8').catch(() => '')) === page;

if (refused.length > 0) {
  const list = refused.map(({ name, version, license }) => `${name}@${version}: ${license}`).join('\n');
  process.stderr.write(`Not one of the allowed licences:\n${list}\n`);
  process.exitCode = 1;
}
if (!process.argv.includes('--check')) {
  await writeFile(ROOT + PAGE, page);
} else if (!isCurrent) {
  process.stderr.write(
    `${PAGE} is not what the lock file says. Run \`npm run licences\` and commit the result.\n`,
  );
  process.exitCode = 1;
}
