import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext } from 'playwright-core';
import type { Resources } from '../../demo/resources.ts';

/** The package unpacks Chromium into the temp folder: a process of its own has one that can be removed again. */
const UNPACK = `
  const { default: chromium } = await import('@sparticuz/chromium');
  console.log(await chromium.executablePath());`;

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
  '--hide-scrollbars',
];

export async function openBrowser(resources: Resources): Promise<Browser> {
  const scratch = await resources.hold(
    () => mkdtemp(join(tmpdir(), 'kyc-pictures-')),
    (folder) => rm(folder, { recursive: true, force: true }),
  );
  const environment = { ...process.env, TMPDIR: scratch, HOME: scratch };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK], {
    env: environment,
  });
  return resources.hold(
    () => chromium.launch({ executablePath: stdout.trim(), args: ARGUMENTS, env: environment }),
    (browser) => browser.close(),
  );
}

/** The same everywhere: size, language, time zone, and a pixel that is a pixel. */
export function openContext(browser: Browser, width: number, height: number): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: 1,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
}
