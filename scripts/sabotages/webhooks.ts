import { inContract, inIntegration, type Sabotage } from './sabotage.ts';

/** The checks of deliveries, and the effects of events. */
export const webhookSabotages: readonly Sabotage[] = [
  {
    name: 'signatures are not compared',
    file: 'src/common/hmac.ts',
    changes: [['timingSafeEqual(claimed, expected)', 'claimed.length === expected.length']],
    tests: [inIntegration('webhook-edge', 'gets 401 if one byte was changed', 'veriff')],
  },
  {
    name: 'an empty secret creates valid signatures',
    file: 'src/common/hmac.ts',
    changes: [["if (secret === '') continue;", '']],
    tests: [
      {
        file: 'src/kyc/providers/veriff/veriff.webhook.spec.ts',
        name: 'is rejected if no secret or an empty secret is configured',
      },
    ],
  },
  {
    name: 'a delivery may contain the headers of two providers',
    file: 'src/kyc/providers/provider.service.ts',
    changes: [['if (candidates.length > 1)', 'if (candidates.length > 9)']],
    tests: [
      inIntegration('webhook-edge', 'gets 401 if it has the signature headers of two providers', 'persona'),
    ],
  },
  {
    name: 'a signature never expires',
    file: 'src/kyc/providers/persona/persona.webhook.ts',
    changes: [['TOLERANCE_MS = 300_000', 'TOLERANCE_MS = Infinity']],
    tests: [inContract('measures the age of a delivery by its signed time', 'persona')],
  },
  {
    name: 'an unsigned header creates a second event of the same bytes',
    file: 'src/kyc/providers/veriff/veriff.webhook.ts',
    changes: [['bodyKey(delivery.body)', 'bodyKey(Buffer.from(JSON.stringify(delivery.headers)))']],
    tests: [inIntegration('webhook-edge', 'creates no new event if an unsigned header is changed', 'veriff')],
  },
  {
    name: 'an event may name another user than its session',
    file: 'src/kyc/store/ledger.repository.ts',
    changes: [
      [
        'coalesce(n.reference <> coalesce(s.user_id, k.user_id)::text, false) AS is_foreign',
        'false AS is_foreign',
      ],
    ],
    tests: [
      inIntegration(
        'early-and-foreign',
        'records an event that names another user as rejected, and changes neither user',
        'veriff',
      ),
    ],
  },
  {
    name: 'an unknown status approves',
    file: 'src/kyc/providers/onfido/onfido.mapping.ts',
    changes: [["RUN_OUTCOMES.get(status) ?? 'unknown'", "RUN_OUTCOMES.get(status) ?? 'approved'"]],
    tests: [inIntegration('webhook-edge', 'gets 200 if its event type is unknown', 'onfido')],
  },
  {
    name: 'signed JSON of an unknown shape is rejected',
    file: 'src/kyc/providers/shared/deliveries.ts',
    changes: [
      [
        'return unknownEvent(provider, body, error.message);',
        'throw new DeliveryMalformedError(error.message);',
      ],
    ],
    tests: [inContract('receives signed JSON of an unknown shape as unknown', 'veriff')],
  },
  {
    name: 'a delivery is answered before it is committed',
    file: 'src/webhook/webhook.service.ts',
    changes: [
      [
        'await this.inbox.acceptEvent(entry, leftMs);',
        'void this.inbox.acceptEvent(entry, leftMs).catch(() => undefined);',
      ],
    ],
    tests: [
      inIntegration(
        'webhook-edge',
        'gets 503 while the database is down, and its retry is applied',
        'veriff',
      ),
    ],
  },
  {
    name: 'a repeated event is recorded twice',
    file: 'src/kyc/store/ledger.repository.ts',
    changes: [['(event) => event.eventKey]', '(event) => `${event.eventKey}${Math.random()}`]']],
    tests: [inIntegration('webhook-edge', 'gets 200 when it is repeated, and is recorded once', 'veriff')],
  },
  {
    name: 'the stronger verdict decides, regardless of time',
    file: 'src/kyc/domain/session-state.ts',
    changes: [['millisecondsOf(a) - millisecondsOf(b) ||', '']],
    tests: [inIntegration('inbox', 'ignores an older event that arrives later')],
  },
  {
    name: 'an approval cannot be withdrawn',
    file: 'src/kyc/domain/session-state.ts',
    changes: [
      [
        'if (isOneOf(VERDICTS, outcome)) return true;',
        "if (isOneOf(VERDICTS, outcome)) return phase !== 'approved';",
      ],
    ],
    tests: [
      inIntegration('inbox', 'withdraws an approval and notifies the user when a newer decline arrives'),
    ],
  },
];
