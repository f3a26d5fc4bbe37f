import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SecretFolder {
  pathOf(name: string): string;
  /** Replaces the content of one secret, as the next version of the whole folder. */
  set(name: string, content: string): Promise<void>;
  /** Removes one secret. */
  remove(name: string): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * A folder with secrets that is updated like a mounted Secret of Kubernetes: `NAME` is a link to `..data/NAME`, and
 * `..data` is a link to the folder of a version, which another link replaces.
 */
export async function createSecretFolder(contents: Record<string, string>): Promise<SecretFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'kyc-secrets-'));
  const names = Object.keys(contents);
  let current = contents;
  let version = 0;

  async function publish(next: Record<string, string>): Promise<void> {
    current = next;
    version += 1;
    const name = `..version_${version}`;
    await mkdir(join(folder, name));
    for (const [file, content] of Object.entries(next)) await writeFile(join(folder, name, file), content);
    await symlink(name, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await rm(join(folder, `..version_${version - 1}`), { recursive: true, force: true });
  }

  await publish(contents);
  for (const name of names) await symlink(join('..data', name), join(folder, name));
  return {
    pathOf: (name) => join(folder, name),
    set: (name, content) => publish({ ...current, [name]: content }),
    remove: (name) => publish(Object.fromEntries(Object.entries(current).filter(([each]) => each !== name))),
    dispose: () => rm(folder, { recursive: true }),
  };
}
