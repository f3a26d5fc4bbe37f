import { execFile } from 'node:child_process';
import { appendFile, chown, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

/**
 * Copies the files of a running server on this machine, so that a server started on the copy follows it. The npm package
 * has no pg_basebackup.
 */
export async function copyAsStandby(primaryUrl: string, folder: string): Promise<void> {
  const primary = new Client(primaryUrl);
  await primary.connect();
  try {
    const { rows } = await primary.query<{ data_directory: string }>('SHOW data_directory');
    await primary.query(`SELECT pg_backup_start('standby', fast => true)`);
    // Keeps the owner, because root may not run the server.
    await promisify(execFile)('cp', ['-Rp', rows[0]?.data_directory ?? '', folder]);
    const stopped = await primary.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
    );
    await rm(join(folder, 'postmaster.pid'));
    const { uid, gid } = await stat(folder);
    const write = async (name: string, content: string) => {
      await writeFile(join(folder, name), content);
      await chown(join(folder, name), uid, gid);
    };
    await write('backup_label', stopped.rows[0]?.labelfile ?? '');
    await write('standby.signal', '');
    const { username, password, hostname, port } = new URL(primaryUrl);
    const connection = `host=${hostname} port=${port} user=${username} password=${password}`;
    await appendFile(join(folder, 'postgresql.auto.conf'), `primary_conninfo = '${connection}'\n`);
  } finally {
    await primary.end();
  }
}
