import type { Decision } from '../../packages/sandbox/sandbox.ts';
import type { Step } from './steps.ts';
import type { ModelSession, ModelUser, Move, Webhook, World } from './world.ts';

export async function verdict(world: World, step: Extract<Step, { step: 'verdict' }>): Promise<void> {
  const session = sessionOf(world, await world.user(step.user), step.older ?? 0);
  if (session === undefined) return;
  const last = session.moves.findLast((move) => move.at !== null)?.at;
  const times = { now: world.now(), same: new Date(last ?? world.now()), future: new Date('2099-01-01') };
  const { outcome, reason } = step;
  const decision = (reason === undefined ? { outcome } : { outcome, reason }) as Decision;
  const { time = 'now' } = step;
  const webhook = await decide(world, session, decision, time === 'none' ? times.now : times[time]);
  if (webhook === null) return;
  if (time === 'none') removeTime(webhook);
  if (step.mailFails === true && !world.isMailServerDown) world.system.sandbox.mailbox.refuseNext(1);
  const { delivery = 'now' } = step;
  if (delivery === 'held') world.held.push(webhook);
  else if (delivery !== 'lost') await world.deliver(webhook, delivery === 'twice' ? 2 : 1);
  // The jobs of a dying replica do not end.
  if (world.dying === undefined) await world.system.settle();
  if (!world.isMailServerDown) world.system.sandbox.mailbox.refuseNext(0);
}

/** Moves the session at its provider. Returns null if the provider does not make this decision, or sends no webhook. */
export async function decide(
  world: World,
  session: ModelSession,
  decision: Decision,
  at: Date,
): Promise<Webhook | null> {
  const provider = world.system.sandbox[session.provider];
  const outcome = OUTCOMES[session.provider]?.[decision.outcome];
  if (outcome === undefined) return null;
  // A workflow asks again only while it runs.
  if (
    outcome === 'started' &&
    decision.outcome === 'resubmit' &&
    session.moves.at(-1)?.outcome !== 'submitted'
  )
    return null;
  // Onfido's times have no fractions of a second.
  at.setMilliseconds(0);
  const isUndated = session.provider === 'veriff' && UNDATED.has(decision.outcome);
  const move: Move = { outcome, at: isUndated ? null : at, madeAt: world.now(), receivedAt: null };
  try {
    if (session.provider === 'onfido' && ONFIDO_IS_SILENT.has(decision.outcome)) {
      await provider.decide(session.id, decision, { at });
      session.moves.push(move);
      return null;
    }
    const { body } = provider.webhookFor(session.id, decision, { at });
    session.moves.push(move);
    return { provider: session.provider, body, move };
  } catch (error) {
    // The session was erased.
    if (error instanceof Error && error.name === 'UnsupportedDecisionError') return null;
    throw error;
  }
}

/** Persona always sends a time. */
function removeTime(webhook: Webhook): void {
  const json = JSON.parse(webhook.body.toString()) as {
    verification?: Record<string, unknown>;
    payload?: { object?: Record<string, unknown>; resource?: Record<string, unknown> };
  };
  if (json.verification !== undefined)
    Object.assign(json.verification, { decisionTime: null, acceptanceTime: null });
  else if (json.payload !== undefined) {
    delete json.payload.object?.['completed_at_iso8601'];
    delete json.payload.resource?.['updated_at'];
  } else return;
  webhook.body = JSON.stringify(json);
  if (webhook.move !== null) webhook.move.at = null;
}

const UNDATED: ReadonlySet<string> = new Set(['start', 'submit', 'expire', 'abandon']);
const ONFIDO_IS_SILENT: ReadonlySet<string> = new Set(['submit', 'expire', 'resubmit']);
const VERDICTS = { approve: 'approved', decline: 'declined', review: 'in_review' } as const;
/** The decisions that each provider makes, in the words of the ledger. */
const OUTCOMES: Readonly<Record<string, Readonly<Partial<Record<Decision['outcome'], string>>>>> = {
  persona: { ...VERDICTS, start: 'started', submit: 'submitted', fail: 'declined', expire: 'expired' },
  veriff: {
    ...VERDICTS,
    start: 'started',
    submit: 'submitted',
    resubmit: 'resubmission_requested',
    expire: 'expired',
    abandon: 'abandoned',
  },
  onfido: {
    ...VERDICTS,
    submit: 'submitted',
    resubmit: 'started',
    expire: 'abandoned',
    abandon: 'abandoned',
    fail: 'failed',
  },
};

/** The same verdict again, without a webhook: only the time of the last change moves. */
export async function touch(world: World, user: ModelUser): Promise<void> {
  const session = sessionOf(world, user, 0);
  const last = session?.moves.at(-1);
  if (session?.provider !== 'onfido' || last === undefined) return;
  const again = Object.entries(OUTCOMES['onfido'] ?? {}).find(([, outcome]) => outcome === last.outcome)?.[0];
  try {
    const { onfido } = world.system.sandbox;
    const decision = { outcome: again } as Decision;
    if (ONFIDO_IS_SILENT.has(decision.outcome))
      await onfido.decide(session.id, decision, { at: world.now() });
    else onfido.webhookFor(session.id, decision, { at: world.now() });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UnsupportedDecisionError') throw error;
  }
}

export async function check(world: World, user: ModelUser): Promise<void> {
  const session = sessionOf(world, user, 0);
  const last = session?.moves.at(-1);
  if (session?.provider !== 'onfido' || !['approved', 'declined', 'in_review'].includes(last?.outcome ?? ''))
    return;
  const result = last?.outcome === 'approved' ? 'clear' : 'consider';
  const { body } = world.system.sandbox.onfido.checkWebhookFor(session.id, result, {
    moveRun: false,
    at: world.now(),
  });
  await world.deliver({ provider: 'onfido', body, move: null });
}

function sessionOf(world: World, user: ModelUser, older: number): ModelSession | undefined {
  return world.sessionsOf(user).at(-1 - older);
}
