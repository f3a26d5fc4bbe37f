import type { Page } from 'playwright-core';
import { PROVIDER_NAMES, PROVIDERS } from '../../packages/sandbox/providers.ts';
import { PUBLIC_REASONS, wordsOf } from '../../src/kyc/domain/rejection-reason.ts';
import { type Person, seriousIn, startBrowser, type TestBrowser } from '../support/browser.ts';
import { type DemoSetup, startDemoSetup } from '../support/demo-setup.ts';

/** The text that the user reads for a public reason. */
function explanationOf(explainedAs: string): string {
  const reason = PUBLIC_REASONS.find((candidate) => candidate === explainedAs);
  if (reason === undefined) throw new Error(`The API has no reason ${explainedAs}`);
  return wordsOf(reason);
}

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const statusOf = (page: Page) => page.getByTestId('kyc-status');
const shows = (page: Page, status: string) =>
  statusOf(page)
    .filter({ hasText: new RegExp(`^${status}$`) })
    .waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const signIn = async (person: Person, setup: DemoSetup, user: number) => {
  const page = await person.open(setup.appUrl);
  await page.locator('.user-list button').nth(user).click();
  await statusOf(page).waitFor();
  return page;
};
const showDocuments = async (page: Page) => {
  await page.getByRole('heading', { name: 'Show your document' }).waitFor();
  await press(page, 'Use sample picture');
  await page.getByRole('heading', { name: 'Take a selfie' }).waitFor();
  await press(page, 'Use sample picture');
  await page.getByRole('heading', { name: 'Your verification is in progress' }).waitFor();
};

describe.each(PROVIDER_NAMES)('A user of the demo app, with %s', (provider) => {
  let setup: DemoSetup;
  let person: Person;
  beforeAll(async () => {
    setup = await startDemoSetup(provider);
  });
  afterAll(() => setup.close());
  beforeEach(async () => {
    person = await browser.person();
  });
  afterEach(() => person.context.close());

  it('signs in, is declined, reads the reason, tries again and sees "Verified"', async () => {
    const page = await signIn(person, setup, 0);
    await shows(page, 'Not verified');
    expect(await seriousIn(page)).toEqual([]);

    await press(page, 'Verify my identity');
    await showDocuments(page);
    expect(await seriousIn(page)).toEqual([]);
    const { reason, explainedAs } = PROVIDERS[provider].sampleRejection;
    await page.locator('#reason-decline').selectOption(reason);
    await press(page, 'Decline');
    await shows(page, 'Rejected');
    await page.getByText(explanationOf(explainedAs)).waitFor();
    expect(await seriousIn(page)).toEqual([]);

    await press(page, 'Try again');
    await showDocuments(page);
    await press(page, 'Approve');
    await shows(page, 'Verified');
    expect(await seriousIn(page)).toEqual([]);
    await setup.sandbox.mailbox.waitFor(({ subject }) => subject === 'You are verified');
    expect(person.complaints).toEqual([]);
  });

  it('is verified in an embedded window with the keyboard only', async () => {
    const page = await signIn(person, setup, 3);
    await page.getByRole('radio', { name: /On this page/ }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Verify my identity' }).focus();
    await page.keyboard.press('Enter');
    const frame = page.frameLocator('dialog iframe');
    await frame.getByRole('heading', { name: 'Show your document' }).waitFor();
    await frame.getByRole('button', { name: 'Approve', exact: true }).focus();
    await page.keyboard.press('Enter');

    await shows(page, 'Verified');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(person.complaints).toEqual([]);
  });

  it('reads that they must wait after finishing and returning before the decision', async () => {
    const page = await signIn(person, setup, 4);
    await press(page, 'Verify my identity');
    await showDocuments(page);
    await page.getByRole('link', { name: 'Back to where you came from' }).click();
    await page.locator('.status-sentence', { hasText: 'We have everything we need' }).waitFor();
    expect(person.complaints).toEqual([]);
  });

  it('is verified when the status stream is cut or unavailable', async () => {
    const page = await signIn(person, setup, 2);
    await press(page, 'Verify my identity');
    await page.getByRole('heading', { name: 'Show your document' }).waitFor();
    const sessionId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.goto(setup.appUrl);
    await page.locator('[data-connection=live]').waitFor();

    setup.cutConnections();
    await setup.sandbox[provider].decide(sessionId, { outcome: 'review' });
    await page.locator('.status-sentence', { hasText: 'We have everything we need' }).waitFor();

    await page.route('**/status/stream', (route) => route.abort());
    setup.cutConnections();
    await page.locator('[data-connection=polling]').waitFor();
    await setup.sandbox[provider].decide(
      sessionId,
      { outcome: 'approve' },
      { at: new Date(Date.now() + 60_000) },
    );
    await shows(page, 'Verified');
    expect(await page.locator('[data-connection]').getAttribute('data-connection')).toBe('polling');
  });

  it('closes the tab, resumes the same session and sees the same status in two tabs', async () => {
    const first = await signIn(person, setup, 1);
    await press(first, 'Verify my identity');
    await first.getByRole('heading', { name: 'Show your document' }).waitFor();
    const session = new URL(first.url()).pathname;
    await first.close();

    const back = await signIn(person, setup, 1);
    await shows(back, 'Pending');
    const other = await signIn(person, setup, 1);
    await press(back, 'Continue verification');
    await back.getByRole('heading', { name: 'Show your document' }).waitFor();
    expect(new URL(back.url()).pathname).toBe(session);
    await press(back, 'Approve');

    await shows(back, 'Verified');
    await shows(other, 'Verified');
    expect(person.complaints).toEqual([]);
  });
});
