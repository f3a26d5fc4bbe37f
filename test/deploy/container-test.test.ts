import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../../scripts/container-test.sh', import.meta.url));

describe('scripts/container-test.sh', () => {
  it.each([
    ['no container engine is installed', null],
    ['the engine of docker does not run', '#!/bin/sh\nexit 1\n'],
  ])('says that the image was not tested, and succeeds, when %s', async (_, docker) => {
    const folder = await mkdtemp(join(tmpdir(), 'kyc-no-engine-'));
    try {
      if (docker !== null) await writeFile(join(folder, 'docker'), docker, { mode: 0o755 });
      const { stdout } = await promisify(execFile)('/bin/bash', [SCRIPT], { env: { PATH: folder } });
      expect(stdout).toBe('No container engine runs on this machine, so the image was not tested.\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
