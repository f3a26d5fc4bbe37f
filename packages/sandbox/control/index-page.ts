import { EMULATORS } from '../emulators.ts';
import { PROVIDER_LIST, PROVIDERS } from '../providers.ts';

const API_PATHS = Object.values(PROVIDERS).map(({ apiPath }) => apiPath);
/** The lines of the providers that have controls of their own, indented as the others. */
const CONTROLS = EMULATORS.flatMap(({ controlsHelp }) =>
  controlsHelp === '' ? [] : controlsHelp.split('\n'),
)
  .map((line) => `\n${' '.repeat(19)}${line}`)
  .join('');

/** The response of `GET /sandbox`. */
export const INDEX = `KYC sandbox: emulators of ${PROVIDER_LIST}, a token issuer and a mailbox.

In a browser       /          the demo app           /console   shows and controls the sandbox
Emulated APIs      ${API_PATHS.join('   ')}
Hosted pages       /hosted/{provider}/{session id}   show documents and decide by hand
Token issuer       GET    /issuer/.well-known/jwks.json
                   POST   /sandbox/tokens                {"sub", "email"?, "scope"?, "expires_in_seconds"?}
State              GET    /sandbox/state
                   GET    /sandbox/changes               server-sent event "changed": read the state again
                   GET    /sandbox/settings              address of the gateway
Mailbox            GET    /sandbox/mails
                   DELETE /sandbox/mails
Webhooks           PUT    /sandbox/webhook-url           {"url"}
The gateway        PUT    /sandbox/gateway/provider      {"provider"}; only if npm run demo runs the gateway
                   GET    /sandbox/users/{id}/record     rows of the user; only with --database-url or npm run demo
A provider         GET    /sandbox/{provider}/sessions
                   GET    /sandbox/{provider}/calls
                   GET    /sandbox/{provider}/deliveries
                   POST   /sandbox/{provider}/sessions/{id}/decision
                          {"outcome", "reason"?, "copies"?, "delay_ms"?, "at"?, "bad_signature"?}
                          outcome: start submit approve decline resubmit review expire abandon fail
                   POST   /sandbox/{provider}/sessions/{id}/reordered
                          {"outcomes": [2 to 5]}: decided in this order, delivered in reverse
                   POST   /sandbox/{provider}/sessions/{id}/foreign
                          {"outcome"}: sent as by another environment of the provider
                   POST   /sandbox/{provider}/deliveries/{id}/redelivery
                          {"copies"?, "delay_ms"?, "bad_signature"?}${CONTROLS}
                   PUT    /sandbox/{provider}/mode       {"mode"}: normal slow down rate_limited
                   POST   /sandbox/{provider}/misbehavior
                          {"status"?, "body"?, "headers"?, "delay_ms"?, "disconnect"?, "times"?}
                   DELETE /sandbox/{provider}/misbehavior
                   POST   /sandbox/{provider}/secret-rotation
`;
