import type { Signing, WebhookMessage } from '../provider/emulator.ts';
import { hmacHex, isoSeconds } from '../provider/wire.ts';
import type { Check, RunStatus } from './runs.ts';

/** The same event, workflow_run.completed, reports every outcome, in `object.status` (Onfido, "Webhooks"). */
export function runCompleted(id: string, status: RunStatus, resource: object, at: Date): WebhookMessage {
  const payload = {
    resource_type: 'workflow_run',
    action: 'workflow_run.completed',
    object: {
      id,
      status,
      completed_at_iso8601: isoSeconds(at),
      href: `https://api.eu.onfido.com/v3.6/workflow_runs/${id}`,
    },
    resource,
  };
  return { sessionId: id, type: payload.action, body: encode({ payload }) };
}

/** check.completed contains neither result nor applicant, so the receiver must read the check. */
export function checkCompleted(check: Check, runId: string, at: Date): WebhookMessage {
  const payload = {
    resource_type: 'check',
    action: 'check.completed',
    object: {
      id: check.id,
      status: 'complete',
      completed_at_iso8601: isoSeconds(at),
      href: `https://api.eu.onfido.com/v3.6/checks/${check.id}`,
    },
  };
  return { sessionId: runId, type: payload.action, body: encode({ payload }) };
}

/** X-SHA2-Signature: the HMAC over the exact bytes, with the webhook's token. */
export function onfidoSignature(body: Buffer, signing: Signing): Record<string, string> {
  return {
    'x-sha2-signature': hmacHex(signing.secrets[0] ?? '', body),
    'content-type': 'application/json',
  };
}

/** Pretty-printed with a final newline, as in Onfido's fixtures. A receiver that trims the body breaks the signature. */
function encode(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
}
