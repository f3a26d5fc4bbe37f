import type { DeliveryRecord, Mail, Sandbox } from '../packages/sandbox/sandbox.ts';
import { decisionHint } from './guide.ts';
import { PROVIDER_NAMES } from '../packages/sandbox/providers.ts';
import { paint, say } from './terminal.ts';

const INTERVAL_MS = 150;

/** Prints the sandbox's events: opened sessions, webhooks with their responses, mails. */
export function watch(sandbox: Sandbox): { stop(): void } {
  const sessions = new Set<string>();
  const attempts = new Map<string, number>();
  let mails = 0;

  function look(): void {
    for (const name of PROVIDER_NAMES) {
      for (const { id, reference } of sandbox[name].sessions()) {
        if (sessions.has(id)) continue;
        sessions.add(id);
        happened('session', `${id} opened at ${name} for user ${reference ?? '-'}`);
        say(`To approve it without a browser (or use decline, review, expire):`);
        say(decisionHint(sandbox.url, name, id));
      }
      for (const delivery of sandbox[name].deliveries()) {
        const seen = attempts.get(delivery.id) ?? 0;
        attempts.set(delivery.id, delivery.attempts.length);
        for (const attempt of delivery.attempts.slice(seen)) sayAttempt(delivery, attempt);
      }
    }
    const all = sandbox.mailbox.messages();
    // The user can empty the mailbox in the console.
    for (const mail of all.slice(Math.min(mails, all.length))) sayMail(mail);
    mails = all.length;
  }

  const timer = setInterval(look, INTERVAL_MS);
  return { stop: () => clearInterval(timer) };
}

function sayAttempt(delivery: DeliveryRecord, attempt: DeliveryRecord['attempts'][number]): void {
  const isAccepted = attempt.status !== null && attempt.status < 300;
  const answer = String(attempt.status ?? attempt.error ?? 'no answer');
  happened(
    'webhook',
    `${delivery.provider} ${delivery.type} for ${delivery.sessionId ?? '-'} → ${paint(isAccepted ? 'green' : 'red', answer)}`,
  );
}

function sayMail({ subject, to }: Mail): void {
  happened('mail', `"${subject}" to ${to.join(', ')}`);
}

function happened(what: string, text: string): void {
  const time = new Date().toTimeString().slice(0, 8);
  say(`${paint('dim', time)} ${paint('cyan', what.padEnd(8))} ${text}`);
}
