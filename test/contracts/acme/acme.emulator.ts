import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CANARIES } from '../../../packages/sandbox/canaries.ts';
import type { Decision } from '../../../packages/sandbox/provider/contract.ts';
import {
  type Account,
  defineEmulator,
  type Desk,
} from '../../../packages/sandbox/provider/define-emulator.ts';
import { UnsupportedDecisionError } from '../../../packages/sandbox/provider/emulator.ts';
import type { Call } from '../../../packages/sandbox/provider/endpoints.ts';
import type { ProviderFacts } from '../../../packages/sandbox/provider/facts.ts';
import { createIdempotencyLayer } from '../../../packages/sandbox/provider/idempotency.ts';
import { ApiProblem } from '../../../packages/sandbox/provider/problem.ts';
import { firstOf, readBody } from '../../../packages/sandbox/provider/read-body.ts';
import { createSecrets } from '../../../packages/sandbox/provider/secrets.ts';
import { hmacHex, randomId } from '../../../packages/sandbox/provider/wire.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const REASONS = ['blurred', 'out_of_date', 'forged'];
/** The user can continue in these statuses. */
const OPEN = ['open', 'retry'];

interface Check {
  readonly id: string;
  readonly customerRef: string;
  readonly returnUrl: string;
  readonly createdAt: Date;
  status: string;
  reason: string | null;
  changedAt: Date;
  destroyedAt: Date | null;
}

const facts: ProviderFacts = {
  title: 'Acme',
  apiPath: '/acme/v1',
  signatureHeader: 'x-acme-signature',
  announced: ['submit', 'approve', 'resubmit', 'expire'],
  declineReasons: [],
  resubmissionReasons: REASONS.map((value) => ({ value, label: value })),
  sampleRejection: { reason: 'blurred', explainedAs: 'document_unreadable' },
  tagColor: 'light-dark(#7a4a00, #f0c070)',
  accentColor: 'light-dark(#7a4a00, #f0c070)',
};

export const acme = defineEmulator({
  name: 'acme',
  facts,
  hosted: {
    unopened: [],
    open: OPEN,
    waiting: ['processing'],
    choices: [
      { outcome: 'approve', label: 'Pass' },
      { outcome: 'resubmit', label: 'Ask for another try', reasons: facts.resubmissionReasons },
      { outcome: 'expire', label: 'Let it lapse' },
    ],
  },
  problems: {
    unreadable: problem(400, 'unreadable'),
    notFound: problem(404, 'not_found'),
    rateLimited: problem(429, 'too_many_requests'),
  },
  webhookTimeoutMs: 5000,
  acceptsStatus: (status) => status >= 200 && status < 300,
  open: openAcme,
});

function openAcme({ sessions, pageOf }: Desk<Check>): Account<Check> {
  const apiKey = `acme_test_${randomId()}`;
  const newSecret = () => randomBytes(24).toString('hex');
  const secrets = createSecrets(newSecret);
  const idempotency = createIdempotencyLayer(problem(400, 'key_reused'));

  function known({ id }: Call): Check {
    const check = sessions.get(id);
    if (check === undefined) throw problem(404, 'no_such_check');
    return check;
  }

  function resourceOf(check: Check): object {
    const { id, status, reason, customerRef, createdAt, changedAt } = check;
    const isOpen = OPEN.includes(status);
    return {
      id,
      status,
      reason,
      customer_ref: customerRef,
      // A check lapses at no exact time.
      changed_at: status === 'lapsed' ? null : unix(changedAt),
      page_url: isOpen ? pageOf(id) : null,
      expires_at: isOpen ? unix(new Date(createdAt.getTime() + 7 * DAY_MS)) : null,
      livemode: false,
      person: isOpen ? null : CANARIES,
    };
  }

  return {
    secrets,
    variables: () => ({
      ACME_API_KEY: apiKey,
      ACME_WEBHOOK_SECRETS: secrets.newestFirst().join(','),
    }),
    otherEnvironment: { secret: newSecret(), headers: {} },
    around({ headers, path, bytes }, work) {
      if (headers.authorization !== `Bearer ${apiKey}`) throw problem(401, 'wrong_key');
      const key = headers['idempotency-key']?.toString() ?? null;
      return idempotency.answer({ path, key, body: bytes.toString() }, work);
    },
    endpoints: {
      'GET /account': () => ({ status: 200, body: { account_id: 'acct_1' } }),
      'POST /checks': (call) => {
        const { customer_ref: customerRef, return_url: returnUrl } = readForm(call);
        const now = new Date();
        const times = { createdAt: now, changedAt: now, destroyedAt: null };
        const check = {
          id: `chk_${randomId()}`,
          customerRef,
          returnUrl,
          status: 'open',
          reason: null,
          ...times,
        };
        sessions.set(check.id, check);
        return { status: 201, body: resourceOf(check) };
      },
      'GET /checks/:id': (call) => {
        const check = known(call);
        if (check.destroyedAt !== null) throw problem(410, 'check_destroyed');
        return { status: 200, body: resourceOf(check) };
      },
      'POST /checks/:id/destroy': (call) => {
        const check = known(call);
        if (check.status === 'processing') throw problem(409, 'check_in_progress');
        check.destroyedAt ??= new Date(Date.now() + DAY_MS);
        return { status: 200, body: { id: check.id, destroyed_at: unix(check.destroyedAt) } };
      },
    },
    describe: ({ customerRef, status, createdAt }) => ({ reference: customerRef, status, createdAt }),
    isGone: ({ destroyedAt }) => destroyedAt !== null,
    returnUrl: ({ returnUrl }) => returnUrl,
    announces: (decision) => (statusAfter(decision), 'check.changed'),
    move(check, decision, at) {
      Object.assign(check, { ...statusAfter(decision), changedAt: at });
      const { id } = check;
      const event = {
        event_id: `evt_${randomId()}`,
        type: 'check.changed',
        created: unix(at),
        livemode: false,
        object: { kind: 'check', id },
      };
      return { sessionId: id, type: event.type, body: Buffer.from(JSON.stringify(event)) };
    },
    sign: (body, { secrets: [newest = ''] }) => ({
      'x-acme-signature': hmacHex(newest, body),
      'content-type': 'application/json',
    }),
  };
}

/** Acme has no review by people and no final decline: the user may always try again. */
function statusAfter(decision: Decision): Pick<Check, 'status' | 'reason'> {
  switch (decision.outcome) {
    case 'submit':
      return { status: 'processing', reason: null };
    case 'approve':
      return { status: 'passed', reason: null };
    case 'expire':
      return { status: 'lapsed', reason: null };
    case 'resubmit': {
      const { reason = 'blurred' } = decision;
      if (!REASONS.includes(reason)) throw new UnsupportedDecisionError(`Acme has no reason "${reason}"`);
      return { status: 'retry', reason };
    }
    default:
      throw new UnsupportedDecisionError(`Acme has no "${decision.outcome}"`);
  }
}

const newCheck = z.strictObject({ customer_ref: z.string().min(1), return_url: z.url() });

function readForm({ headers, bytes }: Call): z.infer<typeof newCheck> {
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') throw problem(415, 'not_a_form');
  const form = Object.fromEntries(new URLSearchParams(bytes.toString()));
  return readBody(newCheck, form, (issues) => problem(400, 'parameter_invalid', firstOf(issues)));
}

function unix(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

function problem(status: number, code: string, message = code): ApiProblem {
  return new ApiProblem(status, message, { error: { code, message } });
}
