import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Sabotage } from './sabotages/sabotage.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The text that a sabotage replaces does not occur exactly once in its file. */
export class OutOfDate extends Error {}

/** Copies the current checkout, with uncommitted changes, to a folder that the sabotages may change. */
export async function copyCheckout(folder: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', list, { cwd: ROOT, maxBuffer: 16 * 1024 * 1024 });
  for (const file of new Set(stdout.split('\0').filter((name) => name !== ''))) {
    const isThere = await stat(join(ROOT, file)).catch(() => undefined);
    // Git also lists files whose deletion is not committed yet.
    if (isThere?.isFile() !== true) continue;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(folder, file));
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

/**
 * Runs `work` while the control is switched off in that copy.
 *
 * @throws OutOfDate
 */
export async function whileSabotaged<T>(
  folder: string,
  sabotage: Sabotage,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder, sabotage.file);
  const whole = await readFile(path, 'utf8').catch(() => '');
  await writeFile(path, sabotaged(whole, sabotage));
  try {
    return await work();
  } finally {
    await writeFile(path, whole);
  }
}

/** @throws OutOfDate */
export function sabotaged(whole: string, { name, file, changes }: Sabotage): string {
  return changes.reduce((text, [good, bad]) => {
    const times = text.split(good).length - 1;
    if (times === 1) return text.replace(good, () => bad);
    throw new OutOfDate(
      `the list is out of date: "${name}" looks for ${good.trim()} once in ${file}, it is there ${times} times`,
    );
  }, whole);
}
