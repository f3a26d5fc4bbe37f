import { createHash, randomUUID } from 'node:crypto';
import { CANARIES } from '../../../packages/sandbox/sandbox.ts';
import type { RejectionReason } from '../../../src/kyc/domain/rejection-reason.ts';
import type { Delivery, ReceivedEvent } from '../../../src/kyc/providers/kyc-provider.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../../../src/kyc/providers/provider-errors.ts';
import { announced, approvalOf, read, received, type Sabotage } from './sabotage.ts';

export const deliverySabotages: readonly Sabotage[] = [
  {
    name: 'receives in_review as approved',
    fails: ['maps every decision to the outcome and reason of the gateway'],
    at: ({ decisions }) => decisions.some(({ outcome }) => outcome === 'in_review'),
    spoil: announced((event) => (event.outcome === 'in_review' ? { ...event, outcome: 'approved' } : event)),
  },
  {
    name: 'receives a rejection as an approval',
    fails: ['maps every decision to the outcome and reason of the gateway'],
    spoil: announced((event) =>
      event.reason !== null ? { ...event, outcome: 'approved', reason: null } : event,
    ),
  },
  {
    name: 'receives an expired session as a decline',
    fails: ['maps every decision to the outcome and reason of the gateway'],
    spoil: announced((event) =>
      event.outcome === 'expired' || event.outcome === 'abandoned'
        ? { ...event, outcome: 'declined', reason: 'other' }
        : event,
    ),
  },
  {
    name: "passes on the provider's own reason",
    fails: ['maps every decision to the outcome and reason of the gateway'],
    spoil: announced((event) => ({
      ...event,
      reason: event.reason && (String('Suspected document tampering') as RejectionReason),
    })),
  },
  {
    name: 'adds an undocumented field to the event',
    fails: ['maps every decision to the outcome and reason of the gateway'],
    spoil: announced((event) => ({ ...event, riskLabels: [] })),
  },
  {
    name: 'receives fraud as a bad photo',
    fails: ['hides from a fraudster which finding led to the decline'],
    spoil: announced((event) => ({ ...event, reason: event.reason && 'document_unreadable' })),
  },
  {
    name: 'takes every decline without a reason for the user as confirmed fraud',
    fails: ['maps every decision to the outcome and reason of the gateway'],
    spoil: announced((event) => ({ ...event, reason: event.reason === 'other' ? 'fraud' : event.reason })),
  },
  {
    name: 'omits the reference from an event',
    fails: ['puts session and user into every event'],
    spoil: announced((event) => ({ ...event, reference: null })),
  },
  {
    name: 'omits the session from an event',
    fails: ['puts session and user into every event'],
    spoil: announced((event) => ({ ...event, sessionId: null })),
  },
  {
    name: 'dates an event by its arrival',
    fails: ["dates an event by the provider's time"],
    spoil: received((event, { receivedAt }) => ({ ...event, occurredAt: receivedAt })),
  },
  {
    name: 'makes the event key from an unsigned header',
    fails: ['makes the event key from signed bytes, so other headers or another time make no new event'],
    spoil: received((event, { headers }) => ({ ...event, eventKey: String(headers['x-request-id']) })),
  },
  {
    name: 'makes a random event key',
    fails: ['makes the event key from signed bytes, so other headers or another time make no new event'],
    spoil: received((event) => ({ ...event, eventKey: randomUUID() })),
  },
  {
    name: 'makes the event key from the time of arrival',
    fails: ['makes the event key from signed bytes, so other headers or another time make no new event'],
    spoil: received((event, { body, receivedAt }) => ({
      ...event,
      eventKey: createHash('sha256').update(body).update(receivedAt.toISOString()).digest('hex'),
    })),
  },
  {
    name: 'gives the same key to all events',
    fails: ['gives different keys to two events'],
    spoil: received((event) => ({ ...event, eventKey: 'event' })),
  },
  {
    name: 'makes the event key from session and outcome',
    fails: ['gives different keys to two events'],
    spoil: received((event) => ({ ...event, eventKey: `${event.sessionId}:${event.outcome}` })),
  },
  {
    name: 'throws the error of the JSON parser',
    fails: ['rejects a signed delivery that is not JSON', 'verifies a delivery before it parses the body'],
    spoil: whereMalformed(({ body }) => {
      JSON.parse(body.toString());
      throw new TypeError('Cannot read properties of undefined');
    }),
  },
  {
    name: 'receives a signed body that is not JSON as unknown',
    fails: ['rejects a signed delivery that is not JSON', 'verifies a delivery before it parses the body'],
    spoil: whereMalformed((_delivery, name) => ({
      ...approvalOf(name, 'none'),
      outcome: 'unknown',
      lookup: null,
    })),
  },
  {
    name: 'rejects signed JSON of an unknown shape',
    fails: ['receives signed JSON of an unknown shape as unknown'],
    spoil: ofUnknownShape(() => {
      throw new DeliveryMalformedError('not the documented shape');
    }),
  },
  {
    name: 'looks for a verdict in signed JSON of an unknown shape',
    fails: ['receives signed JSON of an unknown shape as unknown'],
    spoil: ofUnknownShape((event, { body }) =>
      body.includes('approved') ? { ...event, outcome: 'approved' } : event,
    ),
  },
  {
    name: 'gives the same key to all signed JSON of an unknown shape',
    fails: ['receives signed JSON of an unknown shape as unknown'],
    spoil: ofUnknownShape((event) => ({ ...event, eventKey: 'unknown' })),
  },
  {
    name: 'quotes signed JSON of an unknown shape in the event',
    fails: ['keeps no personal data of a delivery of an unknown shape'],
    spoil: ofUnknownShape((event, { body }) => ({ ...event, problem: body.toString() })),
  },
  {
    name: 'reads inherited properties of a delivery',
    fails: ['accepts no inherited property and survives deep nesting in a delivery'],
    spoil: received((event, { body }) => {
      const copy: object = Object.assign({}, JSON.parse(body.toString()));
      return 'polluted' in copy ? { ...event, outcome: 'approved' } : event;
    }),
  },
  {
    name: 'recurses as deep as a delivery is nested',
    fails: ['accepts no inherited property and survives deep nesting in a delivery'],
    spoil: (adapter) => ({
      receive: (delivery) => {
        const depth = depthOf(JSON.parse(delivery.body.toString()));
        return depth === 0 ? { ...approvalOf(adapter.name, ''), lookup: null } : adapter.receive(delivery);
      },
    }),
  },
  {
    name: 'overwrites the body after reading it',
    fails: ['receives a delivery without a call and without changing it'],
    spoil: received((event, { body }) => {
      body.fill(0);
      return event;
    }),
  },
  {
    name: 'adds the delivery to the event',
    fails: ['drops all personal data of a delivery'],
    spoil: received((event, { body }) => ({ ...event, raw: body.toString() })),
  },
  {
    name: 'adds a personal name to the decision',
    fails: ['drops all personal data of a delivery'],
    spoil: read((event) => event && { ...event, name: CANARIES.lastName }),
  },
  {
    name: 'quotes a malformed delivery in the error',
    fails: ['quotes nothing of a rejected delivery in the error'],
    spoil: whereMalformed(({ body }) => {
      throw new DeliveryMalformedError('no delivery', { cause: new Error(body.toString()) });
    }),
  },
  {
    name: 'quotes a rejected signature in the error',
    fails: ['quotes nothing of a rejected delivery in the error'],
    spoil: (adapter, { harness }) => ({
      receive: async (delivery) => {
        try {
          return await adapter.receive(delivery);
        } catch (error) {
          if (!(error instanceof SignatureRefusedError)) throw error;
          throw new SignatureRefusedError(`not right: ${String(delivery.headers[harness.signatureHeader])}`);
        }
      },
    }),
  },
];

/** Replaces DeliveryMalformedError of the sound adapter. */
function whereMalformed(instead: (delivery: Delivery, name: string) => ReceivedEvent): Sabotage['spoil'] {
  return (adapter) => ({
    receive: async (delivery) => {
      try {
        return await adapter.receive(delivery);
      } catch (error) {
        if (!(error instanceof DeliveryMalformedError)) throw error;
        return instead(delivery, adapter.name);
      }
    },
  });
}

/** Changes the events that the sound adapter receives as unknown. */
function ofUnknownShape(
  change: (event: ReceivedEvent, delivery: Delivery) => ReceivedEvent,
): Sabotage['spoil'] {
  return received((event, delivery) => (event.outcome === 'unknown' ? change(event, delivery) : event));
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
