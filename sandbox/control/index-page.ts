/** What `GET /` says. */
export const INDEX = `KYC sandbox: stand-ins for Persona, Veriff and Onfido, a token issuer and a mailbox.

Emulated APIs      /persona/api/v1   /veriff/v1   /onfido/v3.6
Hosted pages       /hosted/{provider}/{session id}   decide there by hand
Token issuer       GET    /issuer/.well-known/jwks.json
                   POST   /sandbox/tokens                {"sub", "email"?, "expires_in_seconds"?}
Mailbox            GET    /sandbox/mails
                   DELETE /sandbox/mails
Webhooks           PUT    /sandbox/webhook-url           {"url"}
A provider         GET    /sandbox/{provider}/sessions
                   GET    /sandbox/{provider}/calls
                   GET    /sandbox/{provider}/deliveries
                   POST   /sandbox/{provider}/sessions/{id}/decision
                          {"outcome", "reason"?, "copies"?, "delay_ms"?, "at"?, "bad_signature"?}
                          outcome: start submit approve decline resubmit review expire abandon fail
                   POST   /sandbox/onfido/sessions/{id}/check
                          {"result": "clear" | "consider", "move_run"?, and as above}
                   POST   /sandbox/{provider}/misbehaviour
                          {"status"?, "body"?, "headers"?, "delay_ms"?, "hang_up"?, "times"?}
                   DELETE /sandbox/{provider}/misbehaviour
                   POST   /sandbox/{provider}/secret-rotation
`;
