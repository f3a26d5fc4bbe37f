import type { Mailbox } from '../packages/sandbox/contract.ts';
import type { Journey } from './journey.ts';
import { table } from './table.ts';
import { paint, say } from './terminal.ts';

const HEAD = ['provider', 'case', 'user', 'expected', 'row', 'mail', 'verdict'];

/** Counts each user's mails, then prints the table and the problems. Returns true if there are no problems. */
export function summarize(journeys: readonly Journey[], mailbox: Mailbox): boolean {
  const rows = journeys.map((journey) => rowOf(journey, mailbox));
  const [head = '', rule = '', ...lines] = table(HEAD, rows);
  say(`\n${paint('bold', head)}\n${rule}`);
  for (const [index, line] of lines.entries()) {
    const isRight = journeys[index]?.checks.problems.length === 0;
    say(isRight ? line : paint('red', line));
  }
  const wrong = journeys.filter(({ checks }) => checks.problems.length > 0);
  for (const { case: story, user, checks } of wrong) {
    say(`\n${paint('red', `${story.provider}, ${story.name} (${user.email}, ${user.id}) went wrong:`)}`);
    for (const problem of checks.problems) say(`  - ${problem}`);
  }
  say(
    wrong.length === 0
      ? `\n${paint('green', `All ${journeys.length} right.`)}`
      : `\n${paint('red', `${wrong.length} of ${journeys.length} wrong.`)}`,
  );
  return wrong.length === 0;
}

function rowOf({ case: story, user, row, checks }: Journey, mailbox: Mailbox): string[] {
  const mails = mailbox.messages().filter(({ to }) => to.includes(user.email));
  const subjects = mails.map(({ subject }) => subject);
  checks.equal('mails to the user', subjects, [story.subject]);
  return [
    story.provider,
    story.name,
    user.email,
    standing(story.status, story.reason),
    row === undefined ? 'none' : standing(row.kyc_status, row.kyc_rejection_reason),
    subjects.join(' + ') || 'none',
    checks.problems.length === 0 ? 'ok' : 'WRONG',
  ];
}

function standing(status: string, reason: string | null): string {
  return reason === null ? status : `${status}: ${reason}`;
}
