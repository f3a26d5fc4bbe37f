import type { Browser, Page } from 'playwright-core';
import { openContext } from './browser.ts';
import type { Shot } from './sheet.ts';

const WIDE = 600;

/** A user of the app in a browser. */
export class Visitor {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async signIn(browser: Browser, appUrl: string, name: string): Promise<Visitor> {
    const page = await (await openContext(browser, WIDE, 600)).newPage();
    await page.goto(appUrl);
    await page.locator('.user-list button').filter({ hasText: name }).click();
    const visitor = new Visitor(page);
    await visitor.sees('Not verified');
    return visitor;
  }

  async sees(status: string): Promise<void> {
    const exact = new RegExp(`^${status}$`);
    await this.#page.getByTestId('kyc-status').filter({ hasText: exact }).waitFor();
  }

  /** Starts the verification and opens the provider's page. Resolves with the session's id. */
  async begin(): Promise<string> {
    await this.#press('Verify my identity');
    await this.#heading('Show your document');
    return new URL(this.#page.url()).pathname.split('/').at(-1) ?? '';
  }

  async showDocuments(): Promise<void> {
    await this.#press('Use sample picture');
    await this.#heading('Take a selfie');
    await this.#press('Use sample picture');
    await this.#heading('Your verification is in progress');
  }

  async approve(): Promise<void> {
    await this.#press('Approve');
    await this.sees('Verified');
  }

  async decline(reason: string): Promise<void> {
    await this.#page.locator('#reason-decline').selectOption(reason);
    await this.#press('Decline');
    await this.sees('Rejected');
  }

  async goBack(appUrl: string, sentence: string): Promise<void> {
    await this.#page.goto(appUrl);
    await this.#page.getByText(sentence).waitFor();
  }

  async shot(caption: string, width = WIDE, colorScheme: 'light' | 'dark' = 'light'): Promise<Shot> {
    await this.#page.emulateMedia({ colorScheme });
    await this.#page.setViewportSize({ width, height: 200 });
    // Removes the hover and focus styles that the last click has left.
    await this.#page.mouse.move(0, 0);
    await this.#page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const png = await this.#page.screenshot({ fullPage: true, animations: 'disabled' });
    return { caption, png, width };
  }

  async #press(name: string): Promise<void> {
    await this.#page.getByRole('button', { name, exact: true }).click();
  }

  async #heading(name: string): Promise<void> {
    await this.#page.getByRole('heading', { name }).waitFor();
  }
}
