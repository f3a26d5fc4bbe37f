import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Sandbox } from '../../packages/sandbox/sandbox.ts';
import { compareLedger, type LedgerFigures } from './audit-ledger.ts';
import { compareMails, type MailFigures } from './audit-mails.ts';
import { compareRows } from './audit-rows.ts';
import type { AuditedUser, Audited } from './audited.ts';
import { findLeftovers } from './audit-leftovers.ts';

/** What is not as it should be, each a line for a person to read. */
export interface Findings {
  /** Jobs that were not done in time, or have been given up; deliveries that were never accepted. */
  undone: string[];
  /** Answered 200 and not in the ledger. */
  lost: string[];
  /** In the ledger and never sent. */
  invented: string[];
  /** A session or a user that is not where the provider's last word leads. */
  wrongRows: string[];
  /** Too many mails, too few, or others. */
  wrongMails: string[];
  /** Locks, transactions and half-done rows that nobody will ever end. */
  leftovers: string[];
}

export const NOTHING_WRONG: Findings = {
  undone: [],
  lost: [],
  invented: [],
  wrongRows: [],
  wrongMails: [],
  leftovers: [],
};

export type Figures = LedgerFigures & MailFigures;

/** A killed worker's job comes back when its heartbeat is over (30 s) and somebody looks (every 60 s), maybe twice. */
const PATIENCE_MS = 150_000;
/** Whoever runs this should see what it waits for. */
const WORTH_SAYING_MS = 5_000;

/**
 * The final comparison of every chaos test: waits until no job is left to do, then holds the database and the mailbox
 * against what the sandbox knows it has sent. Nothing here asks the gateway.
 */
export async function audit(options: {
  sandbox: Sandbox;
  databaseUrl: string;
  users: readonly AuditedUser[];
  patienceMs?: number;
}): Promise<{ findings: Findings; figures: Figures }> {
  const { sandbox, databaseUrl, users, patienceMs = PATIENCE_MS } = options;
  const database = new Client(databaseUrl);
  await database.connect();
  try {
    const undone = await waitForJobs(database, patienceMs);
    const audited: Audited = { sandbox, database, users };
    const ledger = await compareLedger(audited);
    const mails = await compareMails(audited);
    const findings: Findings = {
      undone: [...undone, ...ledger.undone],
      lost: ledger.lost,
      invented: ledger.invented,
      wrongRows: await compareRows(audited),
      wrongMails: mails.wrong,
      leftovers: await findLeftovers(database),
    };
    return { findings, figures: { ...ledger.figures, ...mails.figures } };
  } finally {
    await database.end();
  }
}

/** The jobs that are still there to be done when the patience is at its end. */
async function waitForJobs(database: Client, patienceMs: number): Promise<string[]> {
  const startedAt = performance.now();
  let last = '';
  for (;;) {
    const { rows } = await database.query<{ words: string }>(
      `SELECT count(*) || ' ' || name || ' ' || state AS words FROM kyc_jobs.job
       WHERE name IN ('notification', 'provider-lookup') AND state IN ('created', 'active', 'retry')
       GROUP BY name, state ORDER BY name, state`,
    );
    const left = rows.map(({ words }) => words);
    const waitedMs = performance.now() - startedAt;
    if (left.length === 0 || waitedMs > patienceMs) return left;
    if (waitedMs > WORTH_SAYING_MS && left.join() !== last) {
      last = left.join();
      process.stderr.write(`still to do after ${Math.round(waitedMs / 1_000)} s: ${left.join(', ')}\n`);
    }
    await pause(500);
  }
}
