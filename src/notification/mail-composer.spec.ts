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
      const { text, html } = mails.compose({ subject, reason });
      expect(`${text}${html}`).not.toMatch(/[{}]{2}|undefined|null|\[object/);
    },
  );

  it.each(SUBJECTS)('the mail for %s links to the first configured redirect URL', (subject) => {
    const { text, html } = mails.compose({ subject, reason: null });
    expect([text, html]).toEqual([
      expect.stringContaining(RETURN_URL),
      expect.stringContaining(`href="${RETURN_URL}"`),
    ]);
  });

  it.each(SUBJECTS)('the mail for %s repeats its subject as its heading', (subject) => {
    const mail = mails.compose({ subject, reason: null });
    expect([mail.text.split('\n')[0], /<h1[^>]*>(.*)<\/h1>/.exec(mail.html)?.[1]]).toEqual([
      mail.subject,
      mail.subject,
    ]);
  });

  it('each mail has its own subject', () => {
    const lines = SUBJECTS.map((subject) => mails.compose({ subject, reason: null }).subject);
    expect(new Set(lines).size).toBe(SUBJECTS.length);
  });

  it.each(EXPLAINED)('the mail for %s gives the same reason as text and as HTML', (subject) => {
    const { text, html } = mails.compose({ subject, reason: 'document_expired' });
    const sentence = 'Your document has expired.';
    expect([text.includes(sentence), html.includes(sentence)]).toEqual([true, true]);
  });

  it.each([null, '', 'fraud', '<script>alert(1)</script>', '{{title}}', 'constructor', '__proto__'])(
    'a mail describes the reason %j, which is not public, like the reason other',
    (reason) => {
      const other = mails.compose({ subject: 'rejected', reason: 'other' });
      expect(mails.compose({ subject: 'rejected', reason })).toEqual(other);
    },
  );

  it.each(SUBJECTS)('the mail for %s escapes markup in the return URL', (subject) => {
    const hostile = composer('https://app.example.com/"><script>alert(1)</script>');
    expect(hostile.compose({ subject, reason: null }).html).not.toContain('<script');
  });

  it.each(SUBJECTS)('the mail for %s shows the link unescaped in its text version', (subject) => {
    const url = 'https://app.example.com/kyc?from=mail&step=2';
    expect(composer(url).compose({ subject, reason: null }).text).toContain(url);
  });

  it.each(SUBJECTS)('the mail for %s loads no external resource', (subject) => {
    expect(mails.compose({ subject, reason: null }).html).not.toMatch(
      /<(img|link|script|iframe)|url\(|@import/i,
    );
  });
});
