import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Sandbox } from '../../packages/sandbox/sandbox.ts';
import { compareLedger, type LedgerFigures } from './audit-ledger.ts';
import { compareMails, type MailFigures } from './audit-mails.ts';
import { compareRows } from './audit-rows.ts';
import type { AuditedUser, Audited } from './audited.ts';
import { findLeftovers } from './audit-leftovers.ts';

/** Deviations from the expected state, one readable line each. */
export interface Findings {
  /** Jobs that are unfinished or failed, and deliveries that were never accepted. */
  undone: string[];
  /** Deliveries that got 200 but are not in the ledger. */
  lost: string[];
  /** Ledger entries that were never sent. */
  invented: string[];
  /** Sessions or users that do not match the final verdict of the provider. */
  wrongRows: string[];
  /** Missing, extra or wrong mails. */
  wrongMails: string[];
  /** Locks, transactions and incomplete rows that stay forever. */
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

/**
 * A killed worker's job is retried after its heartbeat expires (30 s) and the monitor runs (every 60 s), possibly
 * twice.
 */
const PATIENCE_MS = 150_000;
/** After this time the audit prints what it waits for. */
const WORTH_SAYING_MS = 5_000;

/**
 * The final comparison of every chaos test. It waits until no job is left, and compares the database and the
 * mailbox with the records of the sandbox. It does not ask the gateway.
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

/** Returns the jobs that are unfinished after the timeout. */
async function waitForJobs(database: Client, patienceMs: number): Promise<string[]> {
  const startedAt = performance.now();
  let last = '';
  for (;;) {
    const { rows } = await database.query<{ summary: string }>(
      `SELECT count(*) || ' ' || name || ' ' || state AS summary FROM kyc_jobs.job
       WHERE name IN ('notification', 'provider-lookup') AND state IN ('created', 'active', 'retry')
       GROUP BY name, state ORDER BY name, state`,
    );
    const left = rows.map(({ summary }) => summary);
    const waitedMs = performance.now() - startedAt;
    if (left.length === 0 || waitedMs > patienceMs) return left;
    if (waitedMs > WORTH_SAYING_MS && left.join() !== last) {
      last = left.join();
      process.stderr.write(`Waiting for jobs after ${Math.round(waitedMs / 1_000)} s: ${left.join(', ')}\n`);
    }
    await pause(100);
  }
}
