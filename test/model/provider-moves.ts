import type { Decision, ProviderName } from '../../packages/sandbox/sandbox.ts';
import type { ExpectedDecision } from '../contracts/harness-options.ts';
import { harnessOf } from '../contracts/harnesses.ts';
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
  const expected = expectedOf(session.provider, decision);
  if (expected === undefined) return null;
  const { outcome, isSilent, datedBy } = expected;
  // A workflow asks again only while it runs.
  if (
    outcome === 'started' &&
    decision.outcome === 'resubmit' &&
    session.moves.at(-1)?.outcome !== 'submitted'
  )
    return null;
  // Onfido's times have no fractions of a second.
  at.setMilliseconds(0);
  const move: Move = {
    outcome,
    at: datedBy === undefined ? at : null,
    madeAt: world.now(),
    receivedAt: null,
  };
  try {
    if (isSilent === true) {
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

/** The provider's decision of the harness, in the words of the ledger. Undefined if it does not make the decision. */
function expectedOf(provider: ProviderName, { outcome }: Decision): ExpectedDecision | undefined {
  const { decisions, asksAgainSilently } = harnessOf(provider);
  if (outcome === 'resubmit' && asksAgainSilently) {
    return { decision: { outcome }, outcome: 'started', isSilent: true };
  }
  return decisions.find(({ decision }) => decision.outcome === outcome);
}

/** The same verdict again, without a webhook: only the time of the last change moves. */
export async function touch(world: World, user: ModelUser): Promise<void> {
  const session = sessionOf(world, user, 0);
  const last = session?.moves.at(-1);
  if (session?.provider !== 'onfido' || last === undefined) return;
  const again = harnessOf('onfido').decisions.find(({ outcome }) => outcome === last.outcome);
  if (again === undefined) return;
  try {
    const { onfido } = world.system.sandbox;
    const { outcome } = again.decision;
    if (again.isSilent === true) await onfido.decide(session.id, { outcome }, { at: world.now() });
    else onfido.webhookFor(session.id, { outcome }, { at: world.now() });
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
