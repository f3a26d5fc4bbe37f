import type { EmulatedProvider, Mailbox } from '../packages/sandbox/sandbox.ts';
import type { Case } from './cases.ts';
import { Checks } from './checks.ts';
import type { GatewayClient } from './gateway-client.ts';
import type { LedgerRow, Rows, UserRow } from './rows.ts';
import type { SampleUser } from './sample-user.ts';
import { paint, say } from './terminal.ts';

const MAIL_TIMEOUT_MS = 10_000;

/** The systems that a journey uses. */
export interface World {
  gateway: GatewayClient;
  provider: EmulatedProvider;
  rows: Rows;
  mailbox: Mailbox;
}

/** Runs one scenario from the first request to the mail. Prints and checks each step. */
export class Journey {
  readonly checks = new Checks();
  readonly case: Case;
  readonly user: SampleUser;
  row: UserRow | undefined;
  #sessionId = '';
  readonly #ledger: LedgerRow[] = [];

  constructor(story: Case, user: SampleUser) {
    this.case = story;
    this.user = user;
  }

  /** Runs steps. An error becomes a problem of this journey, so that other journeys continue. */
  async take(steps: (journey: Journey) => Promise<void>): Promise<void> {
    try {
      await steps(this);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      step('stopped', paint('red', reason));
      this.checks.problems.push(`could not continue: ${reason}`);
    }
  }

  sayTitle(title: string): void {
    say(`\n${paint('bold', `${this.case.provider}, ${title}`)}  ${paint('dim', this.user.email)}`);
  }

  async begin(world: World): Promise<void> {
    const { provider } = this.case;
    this.sayTitle(this.case.name);
    const { status, body } = await world.gateway.start(this.user.token);
    this.#sessionId = String(body['session_id']);
    step('POST start-verification', `${status} ${words(body, 'kyc_status', 'session_id', 'code')}`);
    this.checks.equal('start, HTTP status', status, 201);
    this.checks.fields('start', body, { provider, kyc_status: 'pending' });
    this.checks.equal('start, session_url is a link', URL.canParse(String(body['session_url'])), true);

    const session = world.provider.sessions().find(({ id }) => id === this.#sessionId);
    step(`session at ${provider}`, `${session?.id ?? 'none'} (${session?.status ?? '-'})`);
    this.checks.equal('session at the provider, reference', session?.reference, this.user.id);
    await this.#expectRow(world, { kyc_status: 'pending', kyc_rejection_reason: null });
    await this.#expectNext(world, 'pending', 'continue');
  }

  async submit(world: World): Promise<void> {
    const deliveries = await world.provider.decide(this.#sessionId, { outcome: 'submit' });
    this.#sayDeliveries('submit', deliveries);
    this.checks.equal(
      'webhooks of the submission',
      deliveries.length,
      this.case.isSubmissionReported ? 1 : 0,
    );
    this.#ledger.push(entry('submitted', null, this.case.isSubmissionReported ? 'webhook' : 'poll'));
    await this.#expectNext(world, 'pending', 'wait', true);
  }

  /** Sends the decision twice, because providers deliver some webhooks more than once. */
  async decide(world: World): Promise<void> {
    const { decision, status, reason } = this.case;
    const deliveries = await world.provider.decide(this.#sessionId, decision, { copies: 2 });
    this.#sayDeliveries(decision.outcome, deliveries);
    this.checks.equal('webhooks of the decision', deliveries.length, 2);
    this.#ledger.push(entry(status === 'verified' ? 'approved' : 'declined', reason));

    await this.#expectRow(world, { kyc_status: status, kyc_rejection_reason: reason });
    const ledger = await world.rows.ledger(this.case.provider, this.#sessionId);
    step('PostgreSQL kyc_events', ledger.map((row) => row.outcome).join(', '));
    this.checks.equal('kyc_events', ledger, this.#ledger);
    await this.#expectNext(world, status, this.case.nextAction);
    await this.#expectMail(world);
  }

  /** Expects that a verified user cannot start again. */
  async beginAgain(world: World): Promise<void> {
    const { status, body } = await world.gateway.start(this.user.token);
    step('POST start-verification', `${status} ${words(body, 'code')}`);
    this.checks.equal('second start, HTTP status', status, 409);
    this.checks.equal('second start, code', body['code'], 'kyc.already_verified');
  }

  async #expectRow(
    world: World,
    expected: Pick<UserRow, 'kyc_status' | 'kyc_rejection_reason'>,
  ): Promise<void> {
    this.row = await world.rows.user(this.user.id);
    const { row } = this;
    const values = [row?.kyc_status, row?.kyc_provider, row?.kyc_session_id, row?.kyc_rejection_reason];
    step(
      'PostgreSQL users',
      row === undefined ? 'no row' : values.map((value) => value ?? 'NULL').join(' | '),
    );
    const own = { kyc_provider: this.case.provider, kyc_session_id: this.#sessionId };
    this.checks.equal('users row', row, { ...own, ...expected });
  }

  async #expectNext(world: World, kycStatus: string, nextAction: string, hasReturned = false): Promise<void> {
    const { status, body } = await world.gateway.status(this.user.token, hasReturned);
    step(
      hasReturned ? 'GET status?returned=true' : 'GET status',
      `${status} ${words(body, 'kyc_status', 'kyc_rejection_reason')}, next: ${words(body, 'next_action')}`,
    );
    this.checks.equal('status, HTTP status', status, 200);
    this.checks.fields('status', body, {
      kyc_status: kycStatus,
      kyc_provider: this.case.provider,
      kyc_session_id: this.#sessionId,
      kyc_rejection_reason: kycStatus === this.case.status ? this.case.reason : null,
      next_action: nextAction,
    });
  }

  async #expectMail({ mailbox }: World): Promise<void> {
    const mail = await mailbox
      .waitFor(({ to }) => to.includes(this.user.email), MAIL_TIMEOUT_MS)
      .catch(() => null);
    step('mail', mail === null ? 'none' : `"${mail.subject}" to ${mail.to.join(', ')}`);
    this.checks.equal('mail, subject', mail?.subject, this.case.subject);
    this.checks.equal('mail, to', mail?.to, [this.user.email]);
  }

  #sayDeliveries(what: string, deliveries: Awaited<ReturnType<EmulatedProvider['decide']>>): void {
    if (deliveries.length === 0) step(what, paint('dim', `${this.case.provider} sends no webhook for this`));
    for (const { type, attempts, state } of deliveries) {
      const answers = attempts.map((attempt) => attempt.status ?? attempt.error ?? 'no answer');
      step(`webhook ${type}`, answers.join(', then '));
      this.checks.equal(`webhook ${type}, answers`, answers, [200]);
      this.checks.equal(`webhook ${type}`, state, 'accepted');
    }
  }
}

function entry(outcome: string, reason: string | null, source = 'webhook'): LedgerRow {
  return { outcome, reason, source, is_refused: false };
}

function step(what: string, answer: string): void {
  say(`  ${what.padEnd(34)} ${paint('cyan', '→')} ${answer}`);
}

function words(body: Record<string, unknown>, ...names: string[]): string {
  return names.flatMap((name) => (typeof body[name] === 'string' ? [body[name]] : [])).join(' ');
}
