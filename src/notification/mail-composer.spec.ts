import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../config/gateway.config.ts';
import type { NotificationSubject } from '../jobs/queues.ts';
import { MailComposer } from './mail-composer.ts';

const RETURN_URL = 'https://app.example.com/kyc/return';

function composer(returnUrl = RETURN_URL): MailComposer {
  const kyc = { redirectUrls: [returnUrl, 'https://app.example.com/other'] };
  return new MailComposer(new ConfigService<GatewayConfig, true>({ kyc }));
}

const mails = composer();
const compose = (subject: NotificationSubject, reason: string | null = null, canRetry = true) =>
  mails.compose({ subject, reason, canRetry });
const SUBJECTS: readonly NotificationSubject[] = [
  'verified',
  'rejected',
  'resubmission_requested',
  'approval_withdrawn',
];
const EXPLAINED: readonly NotificationSubject[] = ['rejected', 'resubmission_requested'];
const EVERY_MAIL = SUBJECTS.flatMap((subject) =>
  [null, 'document_expired', 'other', 'never heard of'].map((reason) => [subject, reason] as const),
);

describe('A mail', () => {
  it.each(EVERY_MAIL)(
    'the mail for %s and the reason %s contains no unresolved template expression',
    (subject, reason) => {
      const { text, html } = compose(subject, reason);
      expect(`${text}${html}`).not.toMatch(/[{}]{2}|undefined|null|\[object/);
    },
  );

  it.each(SUBJECTS)('the mail for %s links to the first configured redirect URL', (subject) => {
    const { text, html } = compose(subject);
    expect([text, html]).toEqual([
      expect.stringContaining(RETURN_URL),
      expect.stringContaining(`href="${RETURN_URL}"`),
    ]);
  });

  it.each(SUBJECTS)('the mail for %s repeats its subject as its heading', (subject) => {
    const mail = compose(subject);
    expect([mail.text.split('\n')[0], /<h1[^>]*>(.*)<\/h1>/.exec(mail.html)?.[1]]).toEqual([
      mail.subject,
      mail.subject,
    ]);
  });

  it('each mail has its own subject', () => {
    const lines = SUBJECTS.map((subject) => compose(subject).subject);
    expect(new Set(lines).size).toBe(SUBJECTS.length);
  });

  it.each(EXPLAINED)('the mail for %s gives the same reason as text and as HTML', (subject) => {
    const { text, html } = compose(subject, 'document_expired');
    const sentence = 'Your document has expired.';
    expect([text.includes(sentence), html.includes(sentence)]).toEqual([true, true]);
  });

  it.each([null, '', 'fraud', '<script>alert(1)</script>', '{{title}}', 'constructor', '__proto__'])(
    'a mail describes the reason %j, which is not public, like the reason other',
    (reason) => {
      const other = compose('rejected', 'other');
      expect(compose('rejected', reason)).toEqual(other);
    },
  );

  it('a rejection offers either another try or the support team, as text and as HTML', () => {
    for (const canRetry of [true, false]) {
      const { text, html } = compose('rejected', 'underage', canRetry);
      for (const body of [text, html]) {
        expect(body.includes('see whether you can try again')).toBe(canRetry);
        expect(body.includes('contact our support team')).toBe(!canRetry);
      }
    }
  });

  it.each(SUBJECTS)('the mail for %s escapes markup in the return URL', (subject) => {
    const hostile = composer('https://app.example.com/"><script>alert(1)</script>');
    expect(hostile.compose({ subject, reason: null, canRetry: true }).html).not.toContain('<script');
  });

  it.each(SUBJECTS)('the mail for %s shows the link unescaped in its text version', (subject) => {
    const url = 'https://app.example.com/kyc?from=mail&step=2';
    expect(composer(url).compose({ subject, reason: null, canRetry: true }).text).toContain(url);
  });

  it.each(SUBJECTS)('the mail for %s loads no external resource', (subject) => {
    expect(compose(subject).html).not.toMatch(/<(img|link|script|iframe)|url\(|@import/i);
  });
});
