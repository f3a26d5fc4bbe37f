import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startChromium } from '../../packages/sandbox/chromium.ts';

export interface TestBrowser {
  /** Opens a browser context with its own storage that collects every error of its pages. */
  person(): Promise<Person>;
  close(): Promise<void>;
}

export interface Person {
  context: BrowserContext;
  open(url: string): Promise<Page>;
  /** Console errors, exceptions and requests to other machines. */
  complaints: string[];
}

/** Starts a real Chromium from an npm package. */
export async function startBrowser(): Promise<TestBrowser> {
  const { browser, close } = await startChromium();
  return { person: () => newPerson(browser), close };
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

/** Returns the serious and critical accessibility violations of the page. */
export async function seriousIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  // Frames are skipped, because the frame of a mail allows no scripts.
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { iframes: false })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
