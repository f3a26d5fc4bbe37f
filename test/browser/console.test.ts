import type { Page } from 'playwright-core';
import { seriousIn, startBrowser, type Person, type TestBrowser } from '../support/browser.ts';
import { type DemoSetup, startDemoSetup } from '../support/demo-setup.ts';

describe('The developer console', () => {
  let browser: TestBrowser;
  let setup: DemoSetup;
  let person: Person;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser();
    setup = await startDemoSetup('veriff');
    person = await browser.person();
    page = await person.open(setup.consoleUrl);
  });
  afterAll(async () => {
    await setup.close();
    await browser.close();
  });

  const panel = (name: RegExp) => page.getByRole('region', { name });

  it('shows calls, deliveries and mails live, without serious accessibility violations', async () => {
    const { user, sessionId } = await setup.gateway.openSession();
    await panel(/Gateway → provider/)
      .getByText('/veriff/v1/sessions')
      .first()
      .waitFor();

    await setup.sandbox.veriff.decide(sessionId, { outcome: 'approve' });
    await panel(/Provider → gateway/)
      .getByText('approved')
      .first()
      .waitFor();
    await panel(/Mailbox/)
      .getByText(user.email)
      .first()
      .waitFor();
    expect(await seriousIn(page)).toEqual([]);
    expect(person.complaints).toEqual([]);
  });

  it('resends an event with a bad signature, which the gateway rejects', async () => {
    const before = setup.sandbox.veriff.deliveries().length;
    await panel(/Provider → gateway/)
      .getByRole('button', { name: /bad signature/i })
      .first()
      .click();
    await panel(/Provider → gateway/)
      .getByText('401')
      .first()
      .waitFor();
    expect(setup.sandbox.veriff.deliveries().length).toBe(before + 1);
  });

  it('takes a provider down, so that a start answers 503', async () => {
    await page.getByRole('button', { name: 'Down' }).nth(1).click();
    const state = async () => (await (await fetch(`${setup.sandbox.url}/sandbox/state`)).json()) as State;
    const modeOf = async () => (await state()).providers.find(({ name }) => name === 'veriff')?.mode;
    while ((await modeOf()) !== 'down') await page.waitForTimeout(20);
    const answer = await setup.gateway.start(await setup.gateway.createUser());
    expect(answer).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    await page.getByRole('button', { name: 'Normal' }).nth(1).click();
    while ((await modeOf()) !== 'normal') await page.waitForTimeout(20);
  });
});

interface State {
  providers: { name: string; mode: string }[];
}
