import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../../src/config/gateway.config.ts';
import type { NotificationSubject } from '../../src/jobs/queues.ts';
import { PUBLIC_REASONS } from '../../src/kyc/domain/rejection-reason.ts';
import { NOTICES, type Notice } from '../../src/kyc/domain/user-status.ts';
import { MailComposer } from '../../src/notification/mail-composer.ts';

/** The state machine and the mail texts do not import each other. These tests require that both name the same notices. */
describe('Mail texts', () => {
  const kyc = { redirectUrls: ['https://app.example.com'] };
  const mails = new MailComposer(new ConfigService<GatewayConfig, true>({ kyc }));

  it('exist for each status change that sends a mail', () => {
    // The types check this too: a word in only one of the two lists does not compile.
    const subjects: readonly NotificationSubject[] = NOTICES;
    const notices: readonly Notice[] = subjects;
    const lines = notices.map((subject) => mails.compose({ subject, reason: null, canRetry: true }).subject);
    expect(new Set(lines).size).toBe(NOTICES.length);
  });

  it.each(['rejected', 'resubmission_requested'] as const)(
    'have a distinct text for each public reason when a user is %s',
    (subject) => {
      const texts = PUBLIC_REASONS.map((reason) => mails.compose({ subject, reason, canRetry: true }).text);
      expect(new Set(texts).size).toBe(PUBLIC_REASONS.length);
    },
  );
});
