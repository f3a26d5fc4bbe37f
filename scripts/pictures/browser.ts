import type { Browser, BrowserContext } from 'playwright-core';
import type { Resources } from '../../demo/resources.ts';
import { startChromium } from '../../packages/sandbox/chromium.ts';

export async function openBrowser(resources: Resources): Promise<Browser> {
  const { browser } = await resources.hold(
    () => startChromium('--hide-scrollbars'),
    (running) => running.close(),
  );
  return browser;
}

/** Fixes everything that depends on the machine, so that pictures are the same everywhere. */
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
