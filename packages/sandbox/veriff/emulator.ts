import { randomUUID } from 'node:crypto';
import type { Account, Desk } from '../provider/define-emulator.ts';
import type { OtherEnvironment } from '../provider/emulator.ts';
import type { Call } from '../provider/endpoints.ts';
import { createSecrets } from '../provider/secrets.ts';
import { hmacHex } from '../provider/wire.ts';
import { authenticate, UUID } from './authentication.ts';
import type { VeriffControls } from './controls.ts';
import { createDeletions } from './deletion.ts';
import { problem } from './problem.ts';
import { readNewSession } from './requests.ts';
import type { VeriffSession } from './session.ts';
import { announces, createSession, moveSession } from './sessions.ts';
import { noDecisionBody } from './webhooks.ts';

/** Veriff at wire level (devdocs.veriff.com): sessions, the decision endpoint, decision and event webhooks, deletion. */
export function openVeriff({
  site,
  sessions,
  pageOf,
  send,
}: Desk<VeriffSession>): Account<VeriffSession, VeriffControls> {
  // API keys and shared secrets of Veriff are both UUIDs. The secrets sign API calls and webhooks.
  const apiKey = randomUUID();
  const secrets = createSecrets(randomUUID);
  const integrationId = randomUUID();
  const deletions = createDeletions();

  function signatureHeaders(body: string | Buffer, secret: string): Record<string, string> {
    const signature = hmacHex(secret, body);
    return {
      'x-auth-client': apiKey,
      'x-hmac-signature': signature,
      'vrf-auth-client': apiKey,
      'vrf-hmac-signature': signature,
      'vrf-integration-id': integrationId,
      'content-type': 'application/json',
    };
  }

  function known({ id }: Call): VeriffSession {
    if (!UUID.test(id)) throw problem(400, '1002', 'Query ID must be a valid UUID V4');
    const session = sessions.get(id);
    if (session === undefined || session.deletedAt !== null) {
      throw problem(404, '1104', 'No session with this id');
    }
    return session;
  }

  return {
    secrets,
    variables: () => ({
      VERIFF_API_KEY: apiKey,
      VERIFF_SHARED_SECRETS: secrets.newestFirst().join(','),
    }),
    otherEnvironment: otherIntegration(),
    /** The signature of a call without a body covers the id. A response is signed with the secret of its call. */
    around({ headers, method, bytes, id }, work) {
      const part =
        method === 'POST'
          ? ({ bytes, mismatch: '1819' } as const)
          : ({ bytes: id, mismatch: '1818' } as const);
      const secret = authenticate(headers, apiKey, secrets.newestFirst(), part);
      const { status, body } = work();
      const text = Buffer.isBuffer(body) ? body : JSON.stringify(body);
      return { status, body: text, headers: signatureHeaders(text, secret) };
    },
    endpoints: {
      'POST /sessions': (call) => {
        const session = createSession(readNewSession(call.json()));
        sessions.set(session.id, session);
        const { id, vendorData, endUserId, sessionToken } = session;
        const verification = {
          id,
          url: pageOf(id),
          vendorData,
          endUserId,
          host: site.url,
          status: 'created',
        };
        return { status: 201, body: { status: 'success', verification: { ...verification, sessionToken } } };
      },
      'GET /sessions/:id/decision': (call) => ({
        status: 200,
        body: known(call).decision ?? noDecisionBody(),
      }),
      'DELETE /sessions/:id': (call) => {
        const session = known(call);
        const message = deletions.delete(session, new Date());
        if (message !== null) send(message);
        return { status: 200, body: { status: 'success', verification: { id: session.id } } };
      },
    },
    describe: ({ vendorData, status, createdAt }) => ({ reference: vendorData, status, createdAt }),
    isGone: ({ deletedAt }) => deletedAt !== null,
    // Veriff documents no parameters of the return URL, for finished or for canceled sessions.
    returnUrl: ({ callback }) => callback ?? site.returnUrl ?? `${site.url}/app/return`,
    announces,
    move: moveSession,
    sign: (body, signing) => signatureHeaders(body, signing.secrets[0] ?? ''),
    controls: () => ({ setDeletion: (settings) => deletions.set(settings) }),
  };
}

/** Test and live are two integrations with separate keys and secrets. */
function otherIntegration(): OtherEnvironment {
  const apiKey = randomUUID();
  return {
    secret: randomUUID(),
    headers: {
      'x-auth-client': apiKey,
      'vrf-auth-client': apiKey,
      'vrf-integration-id': randomUUID(),
    },
  };
}
