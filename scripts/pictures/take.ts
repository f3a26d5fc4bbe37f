import type { Browser } from 'playwright-core';
import type { Stage } from '../../demo/stage.ts';
import type { Mail } from '../../packages/sandbox/contract.ts';
import { openContext } from './browser.ts';
import { sheet } from './sheet.ts';
import type { Shot } from './sheet.ts';
import { Visitor } from './visitor.ts';

const MAIL_WIDTH = 640;
const PHONE_WIDTH = 360;
const HOSTED_WIDTH = 560;
const MAILS = [
  'You are verified',
  'Your verification was not successful',
  'Please submit your verification again',
  'Your verification is no longer valid',
];
const LATER_MS = 60_000;

/** Takes pictures of three users, each at another provider, who together reach every status. */
export async function takePictures(
  { sandbox, gateway }: Stage,
  browser: Browser,
  progress: (line: string) => void,
): Promise<Record<string, Buffer>> {
  const appUrl = `${sandbox.url}/`;
  const later = () => ({ at: new Date(Date.now() + LATER_MS) });

  progress('Ada is verified by Persona');
  const ada = await Visitor.signIn(browser, appUrl, 'Ada');
  const notVerified = await ada.shot('Not verified yet');
  const adasSession = await ada.begin();
  const hosted = [[await ada.shot('Persona', HOSTED_WIDTH)]];
  await ada.showDocuments();
  await ada.approve();
  const verified = await ada.shot('Verified');
  const verifiedDark = await ada.shot('Dark, on a phone', PHONE_WIDTH, 'dark');

  progress('Veriff checks Ben');
  await gateway.switchProvider('veriff');
  const ben = await Visitor.signIn(browser, appUrl, 'Ben');
  const bensSession = await ben.begin();
  hosted.push([await ben.shot('Veriff', HOSTED_WIDTH)]);
  await ben.showDocuments();
  await sandbox.veriff.decide(bensSession, { outcome: 'review' });
  await ben.goBack(appUrl, 'We have everything we need');
  const inReview = await ben.shot('In review');

  progress('Cleo is rejected by Onfido');
  await gateway.switchProvider('onfido');
  const cleo = await Visitor.signIn(browser, appUrl, 'Cleo');
  await cleo.begin();
  hosted.push([await cleo.shot('Onfido', HOSTED_WIDTH)]);
  await cleo.showDocuments();
  await cleo.decline('document_expired');
  const rejected = await cleo.shot('Rejected');
  const rejectedNarrow = await cleo.shot('On a phone', PHONE_WIDTH);

  progress('Ben is asked again, and Ada’s approval is withdrawn');
  await sandbox.veriff.decide(bensSession, { outcome: 'resubmit' }, later());
  await sandbox.persona.decide(adasSession, { outcome: 'decline' }, later());
  const mails = await Promise.all(
    MAILS.map((title) => sandbox.mailbox.waitFor((mail) => mail.subject === title)),
  );

  progress('The console, and the mails');
  const states = [
    [notVerified, verified],
    [inReview, rejected],
    [verifiedDark, rejectedNarrow],
  ];
  const [first, second, third, fourth] = await mailShots(browser, mails);
  return {
    'states.png': await sheet(browser, states),
    'hosted.png': await sheet(browser, hosted),
    'console.png': await consoleShot(browser, `${sandbox.url}/console`),
    'mails.png': await sheet(browser, [present([first, third]), present([second, fourth])]),
  };
}

function present(shots: readonly (Shot | undefined)[]): Shot[] {
  return shots.filter((shot) => shot !== undefined);
}

async function consoleShot(browser: Browser, url: string): Promise<Buffer> {
  const page = await (await openContext(browser, 1440, 960)).newPage();
  await page.goto(url);
  await page
    .getByRole('region', { name: /Mailbox/ })
    .getByText('ada@example.com')
    .first()
    .waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  const webhooks = page.getByRole('region', { name: /Provider → gateway/ });
  await webhooks
    .getByRole('button', { name: /bad signature/i })
    .first()
    .click();
  await webhooks.getByText('401').first().waitFor();
  return page.screenshot({ animations: 'disabled' });
}

async function mailShots(browser: Browser, mails: readonly Mail[]): Promise<Shot[]> {
  const page = await (await openContext(browser, MAIL_WIDTH, 100)).newPage();
  const shots: Shot[] = [];
  for (const { html, subject } of mails) {
    await page.setContent(html);
    shots.push({ caption: subject, png: await page.screenshot({ fullPage: true }), width: MAIL_WIDTH });
  }
  return shots;
}
