import { createTransport } from 'nodemailer';
import { runOn } from './run-history.ts';
import type { Step } from './steps.ts';
import { type ModelSystem, startSystem } from './system.ts';
import type { Invariant } from './violation.ts';
import type { World } from './world.ts';

interface Sabotage {
  name: string;
  steps: Step[];
  /** Called after every step. */
  tamper: (world: World) => Promise<unknown>;
  breaks: Invariant;
}

const START: Step = { step: 'start', user: 0, provider: 'persona' };
const APPROVE: Step = { step: 'verdict', user: 0, outcome: 'approve' };
const DECLINE: Step = { step: 'verdict', user: 0, outcome: 'decline' };
const ERASE: Step = { step: 'erase', user: 0 };

/** Runs a statement that the triggers otherwise reject. */
const sql = (statement: string) => (world: World) =>
  world.system.database.query(`BEGIN; SET LOCAL kyc.maintenance = 'on'; ${statement}; COMMIT`);

/** Applies the sabotage once, after the step with this number. */
const after =
  (step: number, tamper: Sabotage['tamper']): Sabotage['tamper'] =>
  (world) =>
    world.step === step ? tamper(world) : Promise.resolve();

async function sendMail(world: World): Promise<void> {
  const transport = createTransport(world.system.sandbox.mailbox.smtpUrl);
  const to = world.users[0]?.email;
  await transport.sendMail({ from: 'kyc@bank.example', to, subject: 'You are verified', text: 'Hello' });
  transport.close();
}

async function callPersona(world: World, method: string, path: string, body?: object): Promise<void> {
  const { PERSONA_API_URL: url, PERSONA_API_KEY: key } = world.system.sandbox.environment;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'persona-version': '2025-12-08' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Persona answered ${response.status} ${await response.text()}`);
}

/** Asks the emulated provider for another session of the first user. */
function createInquiry(world: World): Promise<void> {
  const { PERSONA_TEMPLATE_ID: template } = world.system.sandbox.environment;
  return callPersona(world, 'POST', '/inquiries', {
    data: { attributes: { 'inquiry-template-id': template } },
    meta: { 'auto-create-account': true, 'auto-create-account-reference-id': world.users[0]?.id },
  });
}

const SABOTAGES: Sabotage[] = [
  {
    name: 'a status that no attempt explains',
    steps: [START],
    tamper: sql(`UPDATE users SET kyc_status = 'verified'`),
    breaks: 'projection',
  },
  {
    name: 'a phase that the ledger does not explain',
    steps: [START, DECLINE],
    tamper: after(2, sql(`UPDATE kyc_sessions SET phase = 'approved', reason = NULL`)),
    breaks: 'projection',
  },
  {
    name: 'an approval that the provider never sent',
    steps: [START, { step: 'verdict', user: 0, outcome: 'submit' }],
    tamper: after(2, (world) =>
      sql(`INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, occurred_at, received_at, source)
           SELECT 'persona', 'evt_x', provider_session_id, 'approved', '${world.now().toISOString()}',
                  '${world.now().toISOString()}', 'webhook' FROM kyc_sessions;
           UPDATE kyc_sessions SET phase = 'approved', ended_at = opened_at, next_read_at = NULL;
           UPDATE users SET kyc_status = 'verified'`)(world),
    ),
    breaks: 'verified',
  },
  {
    name: 'an attempt that is no longer read',
    steps: [START, { ...APPROVE, delivery: 'lost' }],
    tamper: sql(`UPDATE kyc_sessions SET next_read_at = NULL`),
    breaks: 'stuck',
  },
  {
    name: 'a mail that is not true',
    steps: [START, DECLINE],
    tamper: after(2, sendMail),
    breaks: 'mail',
  },
  {
    name: 'a mail that is never sent',
    steps: [START, { ...APPROVE, mailFails: true }],
    tamper: sql(`DELETE FROM kyc_jobs.job WHERE name = 'notification'`),
    breaks: 'mail',
  },
  {
    name: 'sessions beyond the limit',
    steps: [START, { step: 'advance', by: '20 minutes' }, { step: 'advance', by: '20 minutes' }],
    tamper: async (world) => {
      await createInquiry(world);
      world.discoverSessions();
    },
    breaks: 'sessions',
  },
  {
    name: 'an erased id that comes back',
    steps: [START, ERASE],
    tamper: after(2, (world) =>
      sql(`INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, received_at, source)
           VALUES ('persona', 'evt_x', '${world.sessions[0]?.id}', 'noted', now(), 'webhook')`)(world),
    ),
    breaks: 'erasure',
  },
  {
    name: 'a session that is erased without a request',
    steps: [START, APPROVE],
    tamper: after(2, (world) => callPersona(world, 'DELETE', `/inquiries/${world.sessions[0]?.id}`)),
    breaks: 'erasure',
  },
  {
    name: 'an erasure that is forgotten',
    steps: [START, { ...ERASE, trouble: 'down' }],
    tamper: sql(`DELETE FROM kyc_jobs.job WHERE name = 'erasure'`),
    breaks: 'erasure',
  },
];

describe('The model', () => {
  let system: ModelSystem;

  beforeAll(async () => {
    system = await startSystem({ keepsDecision: true, maxAttempts: 2 });
  });
  afterAll(async () => {
    await system.close();
    system.clock.uninstall();
  });

  it('the model accepts histories that break no rule', async () => {
    await expect(runOn(system, [START, APPROVE, DECLINE, START, APPROVE])).resolves.toBeUndefined();
  });

  it.each(SABOTAGES)('the model notices $name', async ({ steps, tamper, breaks }) => {
    await expect(runOn(system, steps, tamper)).rejects.toMatchObject({ invariant: breaks });
  });
});
