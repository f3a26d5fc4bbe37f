import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const run = promisify(execFile);

it('The sandbox exits with status 2 and prints its usage for an invalid command line', async () => {
  await expect(run(process.execPath, [main, '--prot', '1'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/'--prot'[^]*Usage:/),
  });
});

it('The sandbox prints its options for --help', async () => {
  const { stdout } = await run(process.execPath, [main, '--help']);
  expect(stdout).toContain('--webhook-url');
});

it('The sandbox prints the environment and exits with status 0 after SIGTERM', async () => {
  const child = spawn(process.execPath, [main, '--port', '0', '--smtp-port', '0']);
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.includes('MAIL_FROM=')) break;
  }
  expect(output).toMatch(/^VERIFF_API_URL=http:\/\/127\.0\.0\.1:\d+\/veriff\/v1$/m);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
