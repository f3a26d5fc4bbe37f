import type { Mail } from '../../packages/sandbox/sandbox.ts';
import { type AuditedUser, lastStatuses, type Audited } from './audited.ts';
import { expectationOf } from './expectations.ts';

export interface MailFigures {
  /** Distinct mails. */
  mails: number;
  /** Repeated mails with the same Message-ID: a killed worker cannot know that the mail was sent. */
  repeatedMails: number;
}

interface NotificationJob {
  id: string;
  state: string;
  userId: string;
  subject: string;
}

const SUBJECT_LINES: Readonly<Record<string, string>> = {
  'You are verified': 'verified',
  'Your verification was not successful': 'rejected',
  'Please submit your verification again': 'resubmission_requested',
  'Your verification is no longer valid': 'approval_withdrawn',
};

/** Compares the mailbox with the jobs, and the jobs with the final verdicts of the providers. */
export async function compareMails({ sandbox, database, users }: Audited) {
  const { rows: jobs } = await database.query<NotificationJob>(
    `SELECT coalesce(data ->> 'mailId', id::text) AS id, state::text AS state,
            data ->> 'userId' AS "userId", data ->> 'subject' AS subject
     FROM kyc_jobs.job WHERE name = 'notification'`,
  );
  const mails = sandbox.mailbox.messages();
  const jobsOf = Map.groupBy(jobs, (job) => job.userId);
  const mailsTo = Map.groupBy(mails, (mail) => mail.to.join());
  const lastStatusOf = lastStatuses(sandbox);
  const wrong = users.flatMap((user) => {
    const word = lastStatusOf.get(user.sessionId);
    if (word === undefined) return [`${user.email}: the provider has no session ${user.sessionId}`];
    const { notices } = expectationOf(user.provider, word);
    return compareUser(user, notices, jobsOf.get(user.id) ?? [], mailsTo.get(user.email) ?? []);
  });
  const addresses = new Set(users.map(({ email }) => email));
  const strangers = [...mailsTo.keys()].filter((address) => !addresses.has(address));
  const different = new Set(mails.map(({ messageId }) => messageId)).size;
  const figures: MailFigures = { mails: different, repeatedMails: mails.length - different };
  return {
    figures,
    wrong: [...wrong, ...strangers.map((address) => `${address} is not a user of the test`)],
  };
}

function compareUser(
  { email }: AuditedUser,
  notices: readonly string[],
  jobs: readonly NotificationJob[],
  mails: readonly Mail[],
): string[] {
  const done = jobs.filter(({ state }) => state === 'completed');
  // One per Message-ID, because the same Message-ID is the same mail.
  const got = [...new Map(mails.map((mail) => [mail.messageId, mail])).values()];
  const expected = sorted(done.map(({ id, subject }) => `${subject} <${id}>`));
  const received = sorted(got.map((mail) => `${SUBJECT_LINES[mail.subject]} ${idOf(mail)}`));
  const subjects = sorted(got.map((mail) => SUBJECT_LINES[mail.subject] ?? mail.subject));
  return [
    ...(expected === received ? [] : [`${email}: the jobs said ${expected}, the mails are ${received}`]),
    ...(subjects === sorted(notices)
      ? []
      : [`${email}: received the mails ${subjects} and should have received ${sorted(notices)}`]),
  ];
}

/** The Message-ID without the domain that the gateway adds. */
function idOf({ messageId }: Mail): string {
  return messageId.replace(/@.*>$/, '>');
}

function sorted(list: readonly string[]): string {
  return list.length === 0 ? 'nothing' : list.toSorted().join(', ');
}
