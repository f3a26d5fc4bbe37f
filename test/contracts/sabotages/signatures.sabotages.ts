import type { Delivery, KycProvider, ReceivedEvent } from '../../../src/kyc/providers/kyc-provider.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../../../src/kyc/providers/provider-errors.ts';
import { REMOVED_SECRET } from '../cases/signatures.cases.ts';
import { type Bench, withOwnMethods, received, type Sabotage } from './sabotage.ts';

const DAY_MS = 86_400_000;

export const signatureSabotages: readonly Sabotage[] = [
  {
    name: 'verifies what it would have written itself',
    fails: ['verifies the very bytes, however they are spaced, spelled or ended'],
    spoil: (adapter) => ({
      receive: (delivery) => adapter.receive({ ...delivery, body: serialisedAgain(delivery.body) }),
    }),
  },
  {
    name: 'trims the body',
    fails: ['verifies the very bytes, however they are spaced, spelled or ended'],
    spoil: (adapter) => ({
      receive: (delivery) =>
        adapter.receive({ ...delivery, body: Buffer.from(delivery.body.toString().trim()) }),
    }),
  },
  {
    name: 'believes whatever comes',
    fails: [
      'refuses a body in which anything was changed',
      'refuses a header that is missing, repeated or malformed, with one error and no other',
      "refuses another provider's delivery, under its own header and under ours",
      'verifies before it parses',
    ],
    spoil: whereRefused((delivery, bench) => believe(delivery, bench)),
  },
  {
    name: 'believes what carries no signature at all',
    fails: [
      'refuses a header that is missing, repeated or malformed, with one error and no other',
      "refuses another provider's delivery, under its own header and under ours",
    ],
    spoil: whereRefused((delivery, bench, _adapter, refusal) => {
      if (delivery.headers[bench.harness.signatureHeader] === undefined) return believe(delivery, bench);
      throw refusal;
    }),
  },
  {
    name: 'compares without looking at the length first',
    fails: ['refuses a header that is missing, repeated or malformed, with one error and no other'],
    spoil: whereRefused((delivery, { harness }, _adapter, refusal) => {
      if (String(delivery.headers[harness.signatureHeader]).length >= 64) throw refusal;
      throw new RangeError('Input buffers must have the same byte length');
    }),
  },
  {
    name: 'takes the first of several headers',
    fails: ['refuses a header that is missing, repeated or malformed, with one error and no other'],
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
    fails: ['takes every configured secret, and none that was removed'],
    spoil: (_adapter, { harness, settings }) => {
      const secrets = settings.secrets ?? harness.secrets();
      return withOwnMethods(harness.adapter({ ...settings, secrets: secrets.slice(0, 1) }));
    },
  },
  {
    name: 'goes on taking a secret that was removed',
    fails: ['takes every configured secret, and none that was removed'],
    spoil: (_adapter, { harness, settings }) => {
      const secrets = settings.secrets ?? harness.secrets();
      return withOwnMethods(harness.adapter({ ...settings, secrets: [...secrets, REMOVED_SECRET] }));
    },
  },
  {
    name: 'verifies nothing where no secret is set',
    fails: ['takes no delivery without a secret, nor under an empty one'],
    spoil: whereRefused((delivery, bench, _adapter, refusal) => {
      if (bench.settings.secrets?.length === 0) return believe(delivery, bench);
      throw refusal;
    }),
  },
  {
    name: 'takes an empty entry of the list for a secret',
    fails: ['takes no delivery without a secret, nor under an empty one'],
    spoil: whereRefused((delivery, bench, _adapter, refusal) => {
      if (bench.settings.secrets?.includes('') === true) return believe(delivery, bench);
      throw refusal;
    }),
  },
  {
    name: 'judges the age by the time of the event',
    fails: ['judges the age of a delivery by what is signed'],
    spoil: received((event, { receivedAt }) => {
      const age = receivedAt.getTime() - (event.occurredAt ?? receivedAt).getTime();
      if (age > DAY_MS) throw new SignatureRefusedError('too old');
      return event;
    }),
  },
  {
    name: 'takes a signature of any age',
    fails: ['judges the age of a delivery by what is signed'],
    at: ['persona'],
    spoil: whereRefused((delivery, { harness }, adapter, refusal) => {
      const seconds = /t=(\d+)/.exec(String(delivery.headers[harness.signatureHeader]))?.[1];
      if (seconds === undefined) throw refusal;
      return adapter.receive({ ...delivery, receivedAt: new Date(Number(seconds) * 1000) });
    }),
  },
  {
    name: 'parses before it verifies',
    fails: ['verifies before it parses'],
    spoil: (adapter) => ({
      receive: (delivery) => {
        serialisedAgain(delivery.body);
        return adapter.receive(delivery);
      },
    }),
  },
];

type Instead = (delivery: Delivery, bench: Bench, adapter: KycProvider, refusal: unknown) => ReceivedEvent;

/** Has something to say where the sound adapter refuses the signature. */
function whereRefused(instead: Instead): Sabotage['spoil'] {
  return (adapter, bench) => ({
    receive: (delivery) => {
      try {
        return adapter.receive(delivery);
      } catch (error) {
        if (!(error instanceof SignatureRefusedError)) throw error;
        return instead(delivery, bench, adapter, error);
      }
    },
  });
}

/** As if there were no signatures: what arrived is signed first. */
function believe({ body }: Delivery, { harness }: Bench): ReceivedEvent {
  return harness.adapter().receive({ headers: harness.emulator.sign(body), body, receivedAt: new Date() });
}

function serialisedAgain(body: Buffer): Buffer {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(body.toString())));
  } catch (cause) {
    throw new DeliveryMalformedError('no JSON', { cause });
  }
}
