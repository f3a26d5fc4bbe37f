/** What `GET /sandbox` says. */
export const INDEX = `KYC sandbox: stand-ins for Persona, Veriff and Onfido, a token issuer and a mailbox.

In a browser       /          the demo app           /console   what happens, and how to steer it
Emulated APIs      /persona/api/v1   /veriff/v1   /onfido/v3.6
Hosted pages       /hosted/{provider}/{session id}   show documents and decide there by hand
Token issuer       GET    /issuer/.well-known/jwks.json
                   POST   /sandbox/tokens                {"sub", "email"?, "scope"?, "expires_in_seconds"?}
Everything         GET    /sandbox/state
                   GET    /sandbox/changes               server-sent: "changed" says when to read it again
                   GET    /sandbox/settings              where the gateway is
Mailbox            GET    /sandbox/mails
                   DELETE /sandbox/mails
Webhooks           PUT    /sandbox/webhook-url           {"url"}
The gateway        PUT    /sandbox/gateway/provider      {"provider"}; where the demo runs it
                   GET    /sandbox/users/{id}/record     its rows; where its database is known
A provider         GET    /sandbox/{provider}/sessions
                   GET    /sandbox/{provider}/calls
                   GET    /sandbox/{provider}/deliveries
                   POST   /sandbox/{provider}/sessions/{id}/decision
                          {"outcome", "reason"?, "copies"?, "delay_ms"?, "at"?, "bad_signature"?}
                          outcome: start submit approve decline resubmit review expire abandon fail
                   POST   /sandbox/{provider}/sessions/{id}/reordered
                          {"outcomes": [2 to 5]}: happen in this order, arrive in reverse
                   POST   /sandbox/{provider}/sessions/{id}/foreign
                          {"outcome"}: as another environment of the provider sends it
                   POST   /sandbox/{provider}/deliveries/{id}/redelivery
                          {"copies"?, "delay_ms"?, "bad_signature"?}
                   POST   /sandbox/onfido/sessions/{id}/check
                          {"result": "clear" | "consider", "move_run"?, and as above}
                   PUT    /sandbox/veriff/deletion       {"on"?, "limited"?}: how it takes deletions
                   PUT    /sandbox/{provider}/mode       {"mode"}: normal slow down rate_limited
                   POST   /sandbox/{provider}/misbehaviour
                          {"status"?, "body"?, "headers"?, "delay_ms"?, "hang_up"?, "times"?}
                   DELETE /sandbox/{provider}/misbehaviour
                   POST   /sandbox/{provider}/secret-rotation
`;
