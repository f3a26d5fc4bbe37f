import { createHash, randomUUID } from 'node:crypto';
import { CANARIES } from '../../../packages/sandbox/sandbox.ts';
import type { RejectionReason } from '../../../src/kyc/domain/outcome.ts';
import type { Delivery, ReceivedEvent } from '../../../src/kyc/providers/kyc-provider.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../../../src/kyc/providers/provider-errors.ts';
import { approvalOf, read, received, type Sabotage } from './sabotage.ts';

export const deliverySabotages: readonly Sabotage[] = [
  {
    name: 'approves who is in review',
    fails: ['tells every decision in our words'],
    spoil: received((event) => (event.outcome === 'in_review' ? { ...event, outcome: 'approved' } : event)),
  },
  {
    name: 'takes a decline for an approval',
    fails: ['tells every decision in our words'],
    spoil: received((event) =>
      event.outcome === 'declined' ? { ...event, outcome: 'approved', reason: null } : event,
    ),
  },
  {
    name: 'takes a session that ended for a decline',
    fails: ['tells every decision in our words'],
    spoil: received((event) =>
      event.outcome === 'expired' || event.outcome === 'abandoned'
        ? { ...event, outcome: 'declined', reason: 'other' }
        : event,
    ),
  },
  {
    name: "hands on the provider's own reason",
    fails: ['tells every decision in our words'],
    spoil: received((event) => ({
      ...event,
      reason: event.reason && (String('Suspected document tampering') as RejectionReason),
    })),
  },
  {
    name: 'adds something of its own to the event',
    fails: ['tells every decision in our words'],
    spoil: received((event) => ({ ...event, riskLabels: [] })),
  },
  {
    name: 'tells fraud as a bad photo',
    fails: ['tells no fraudster what gave him away'],
    spoil: received((event) => ({ ...event, reason: event.reason && 'document_unreadable' })),
  },
  {
    name: 'ignores the reference',
    fails: ['names session and user in every event'],
    spoil: received((event) => ({ ...event, reference: null })),
  },
  {
    name: 'forgets which session it is about',
    fails: ['names session and user in every event'],
    spoil: received((event) => ({ ...event, sessionId: null })),
  },
  {
    name: 'dates an event by its arrival',
    fails: ["dates an event by the provider's own time"],
    spoil: received((event, { receivedAt }) => ({ ...event, occurredAt: receivedAt })),
  },
  {
    name: 'names an event by a header that is not signed',
    fails: ['names an event by what is signed: other headers and another hour make no new one'],
    spoil: received((event, { headers }) => ({ ...event, eventKey: String(headers['x-request-id']) })),
  },
  {
    name: 'names an event by chance',
    fails: ['names an event by what is signed: other headers and another hour make no new one'],
    spoil: received((event) => ({ ...event, eventKey: randomUUID() })),
  },
  {
    name: 'names an event by the hour in which it came',
    fails: ['names an event by what is signed: other headers and another hour make no new one'],
    spoil: received((event, { body, receivedAt }) => ({
      ...event,
      eventKey: createHash('sha256').update(body).update(receivedAt.toISOString()).digest('hex'),
    })),
  },
  {
    name: 'gives all events one name',
    fails: ['gives two events two names'],
    spoil: received((event) => ({ ...event, eventKey: 'event' })),
  },
  {
    name: 'names an event after its session and outcome',
    fails: ['gives two events two names'],
    spoil: received((event) => ({ ...event, eventKey: `${event.sessionId}:${event.outcome}` })),
  },
  {
    name: "lets the parser's own error out",
    fails: ['refuses signed bytes of a shape that nobody documented', 'verifies before it parses'],
    spoil: whereMalformed(({ body }) => {
      JSON.parse(body.toString());
      throw new TypeError('Cannot read properties of undefined');
    }),
  },
  {
    name: 'makes an event of anything that is signed',
    fails: ['refuses signed bytes of a shape that nobody documented', 'verifies before it parses'],
    spoil: whereMalformed((_delivery, name) => ({
      ...approvalOf(name, 'none'),
      outcome: 'unknown',
      lookup: null,
    })),
  },
  {
    name: 'takes keys for its own that are of the prototype',
    fails: ['is not led astray by keys that JavaScript knows, nor by depth'],
    spoil: received((event, { body }) => {
      const copy: object = Object.assign({}, JSON.parse(body.toString()));
      return 'polluted' in copy ? { ...event, outcome: 'approved' } : event;
    }),
  },
  {
    name: 'walks down as deep as it goes',
    fails: ['is not led astray by keys that JavaScript knows, nor by depth'],
    spoil: (adapter) => ({
      receive: (delivery) => {
        const depth = depthOf(JSON.parse(delivery.body.toString()));
        return depth === 0 ? { ...approvalOf(adapter.name, ''), lookup: null } : adapter.receive(delivery);
      },
    }),
  },
  {
    name: 'wipes the body when it has read it',
    fails: ['reads a delivery at once: it changes nothing and asks nobody'],
    spoil: received((event, { body }) => {
      body.fill(0);
      return event;
    }),
  },
  {
    name: 'takes its time',
    fails: ['reads a delivery at once: it changes nothing and asks nobody'],
    spoil: received((event) => Promise.resolve(event) as unknown as ReceivedEvent),
  },
  {
    name: 'passes the delivery on with the event',
    fails: ['lets nothing personal through'],
    spoil: received((event, { body }) => ({ ...event, raw: body.toString() })),
  },
  {
    name: 'reads a name along with the decision',
    fails: ['lets nothing personal through'],
    spoil: read((event) => event && { ...event, name: CANARIES.lastName }),
  },
  {
    name: 'quotes the delivery that it cannot read',
    fails: ['says nothing of the delivery in a refusal'],
    spoil: whereMalformed(({ body }) => {
      throw new DeliveryMalformedError('no delivery', { cause: new Error(body.toString()) });
    }),
  },
  {
    name: 'quotes the signature that it refuses',
    fails: ['says nothing of the delivery in a refusal'],
    spoil: (adapter, { harness }) => ({
      receive: (delivery) => {
        try {
          return adapter.receive(delivery);
        } catch (error) {
          if (!(error instanceof SignatureRefusedError)) throw error;
          throw new SignatureRefusedError(`not right: ${String(delivery.headers[harness.signatureHeader])}`);
        }
      },
    }),
  },
];

/** Has something to say where the sound adapter finds the delivery malformed. */
function whereMalformed(instead: (delivery: Delivery, name: string) => ReceivedEvent): Sabotage['spoil'] {
  return (adapter) => ({
    receive: (delivery) => {
      try {
        return adapter.receive(delivery);
      } catch (error) {
        if (!(error instanceof DeliveryMalformedError)) throw error;
        return instead(delivery, adapter.name);
      }
    },
  });
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
