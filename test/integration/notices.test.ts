import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../../src/config/gateway.config.ts';
import type { NotificationSubject } from '../../src/jobs/queues.ts';
import { REJECTION_REASONS } from '../../src/kyc/domain/outcome.ts';
import { NOTICES, type Notice } from '../../src/kyc/domain/user-status.ts';
import { MailComposer } from '../../src/notification/mail-composer.ts';

/** The rule and the mail know nothing of each other: here their words are held against each other. */
describe('the words of the rule', () => {
  const kyc = { redirectUrls: ['https://app.example.com'] };
  const mails = new MailComposer(new ConfigService<GatewayConfig, true>({ kyc }));

  it('that are worth a mail each have a mail of their own', () => {
    // The types say it too: a word that only one of the two lists has does not compile.
    const subjects: readonly NotificationSubject[] = NOTICES;
    const notices: readonly Notice[] = subjects;
    const lines = notices.map((subject) => mails.compose({ subject, reason: null }).subject);
    expect(new Set(lines).size).toBe(NOTICES.length);
  });

  it.each(['rejected', 'resubmission_requested'] as const)(
    'that are public reasons are each told in other words when a user is %s',
    (subject) => {
      const texts = REJECTION_REASONS.map((reason) => mails.compose({ subject, reason }).text);
      expect(new Set(texts).size).toBe(REJECTION_REASONS.length);
    },
  );
});
