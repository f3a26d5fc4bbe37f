import type { Delivery, KycProvider } from '../../../src/kyc/providers/kyc-provider.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../../../src/kyc/providers/provider-errors.ts';
import { REMOVED_SECRET } from '../cases/signatures.cases.ts';
import { type Bench, withOwnMethods, received, type Sabotage } from './sabotage.ts';

const DAY_MS = 86_400_000;

export const signatureSabotages: readonly Sabotage[] = [
  {
    name: 'verifies the body after serializing it again',
    fails: ['verifies the raw bytes, whatever their spacing, escapes or line ends'],
    spoil: (adapter) => ({
      receive: (delivery) => adapter.receive({ ...delivery, body: serializedAgain(delivery.body) }),
    }),
  },
  {
    name: 'trims the body',
    fails: ['verifies the raw bytes, whatever their spacing, escapes or line ends'],
    spoil: (adapter) => ({
      receive: (delivery) =>
        adapter.receive({ ...delivery, body: Buffer.from(delivery.body.toString().trim()) }),
    }),
  },
  {
    name: 'accepts any signature',
    fails: [
      'rejects a delivery whose signature covers other bytes',
      'rejects a missing, repeated or malformed signature header with SignatureRefusedError',
      'rejects a delivery that another provider signed, under either header',
      'verifies a delivery before it parses the body',
    ],
    spoil: whereRefused((delivery, bench) => believe(delivery, bench)),
  },
  {
    name: 'accepts a delivery without a signature',
    fails: [
      'rejects a missing, repeated or malformed signature header with SignatureRefusedError',
      'rejects a delivery that another provider signed, under either header',
    ],
    spoil: whereRefused((delivery, bench, _adapter, refusal) => {
      if (delivery.headers[bench.harness.signatureHeader] === undefined) return believe(delivery, bench);
      throw refusal;
    }),
  },
  {
    name: 'compares signatures without a check of the length',
    fails: ['rejects a missing, repeated or malformed signature header with SignatureRefusedError'],
    spoil: whereRefused((delivery, { harness }, _adapter, refusal) => {
      if (String(delivery.headers[harness.signatureHeader]).length >= 64) throw refusal;
      throw new RangeError('Input buffers must have the same byte length');
    }),
  },
  {
    name: 'accepts the first of several headers',
    fails: ['rejects a missing, repeated or malformed signature header with SignatureRefusedError'],
    spoil: (adapter, { harness }) => ({
      receive: (delivery) => {
        const header = delivery.headers[harness.signatureHeader];
        const first = Array.isArray(header) ? header[0] : header?.split(', ')[0];
        return adapter.receive({
          ...delivery,
          headers: { ...delivery.headers, [harness.signatureHeader]: first },
        });
      },
    }),
  },
  {
    name: 'verifies with the newest secret only',
    fails: ['accepts every configured secret and no removed one'],
    spoil: (_adapter, { harness, settings }) => {
      const secrets = settings.secrets ?? harness.secrets();
      return withOwnMethods(harness.adapter({ ...settings, secrets: secrets.slice(0, 1) }));
    },
  },
  {
    name: 'accepts a secret that was removed',
    fails: ['accepts every configured secret and no removed one'],
    spoil: (_adapter, { harness, settings }) => {
      const secrets = settings.secrets ?? harness.secrets();
      return withOwnMethods(harness.adapter({ ...settings, secrets: [...secrets, REMOVED_SECRET] }));
    },
  },
  {
    name: 'verifies nothing if no secret is configured',
    fails: ['rejects every delivery if no secret or an empty secret is configured'],
    spoil: whereRefused((delivery, bench, _adapter, refusal) => {
      if (bench.settings.secrets?.length === 0) return believe(delivery, bench);
      throw refusal;
    }),
  },
  {
    name: 'accepts an empty secret',
    fails: ['rejects every delivery if no secret or an empty secret is configured'],
    spoil: whereRefused((delivery, bench, _adapter, refusal) => {
      if (bench.settings.secrets?.includes('') === true) return believe(delivery, bench);
      throw refusal;
    }),
  },
  {
    name: 'measures the age by the time of the event',
    fails: ['measures the age of a delivery by its signed time'],
    spoil: received((event, { receivedAt }) => {
      const age = receivedAt.getTime() - (event.occurredAt ?? receivedAt).getTime();
      if (age > DAY_MS) throw new SignatureRefusedError('too old');
      return event;
    }),
  },
  {
    name: 'accepts a signature of any age',
    fails: ['measures the age of a delivery by its signed time'],
    at: ({ signatureLifetimeSeconds }) => signatureLifetimeSeconds !== null,
    spoil: whereRefused((delivery, { harness }, adapter, refusal) => {
      const seconds = /t=(\d+)/.exec(String(delivery.headers[harness.signatureHeader]))?.[1];
      if (seconds === undefined) throw refusal;
      return adapter.receive({ ...delivery, receivedAt: new Date(Number(seconds) * 1000) });
    }),
  },
  {
    name: 'parses before it verifies',
    fails: ['verifies a delivery before it parses the body'],
    spoil: (adapter) => ({
      receive: (delivery) => {
        serializedAgain(delivery.body);
        return adapter.receive(delivery);
      },
    }),
  },
];

type Received = ReturnType<KycProvider['receive']>;
type Instead = (delivery: Delivery, bench: Bench, adapter: KycProvider, refusal: unknown) => Received;

/** Replaces SignatureRefusedError of the sound adapter. */
function whereRefused(instead: Instead): Sabotage['spoil'] {
  return (adapter, bench) => ({
    receive: async (delivery) => {
      try {
        return await adapter.receive(delivery);
      } catch (error) {
        if (!(error instanceof SignatureRefusedError)) throw error;
        return instead(delivery, bench, adapter, error);
      }
    },
  });
}

/** Ignores the signature: signs the body again before it is received. */
function believe({ body }: Delivery, { harness }: Bench): Received {
  return harness.adapter().receive({ headers: harness.emulator.sign(body), body, receivedAt: new Date() });
}

function serializedAgain(body: Buffer): Buffer {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(body.toString())));
  } catch (cause) {
    throw new DeliveryMalformedError('no JSON', { cause });
  }
}
