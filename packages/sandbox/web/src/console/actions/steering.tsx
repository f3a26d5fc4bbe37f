import { createContext, use, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { call, inWords } from '../data/http.ts';
import type { DeliveryRecord } from '../data/sandbox.ts';
import type { Action } from './actions.ts';

export interface Message {
  /** `refused`: it was done, and the gateway did not take it. */
  tone: 'idle' | 'busy' | 'done' | 'refused' | 'failed';
  text: string;
}

interface Steering {
  run(action: Action): Promise<void>;
  say(message: Message): void;
}

const SteeringContext = createContext<Steering | null>(null);
const MessageContext = createContext<Message>({ tone: 'idle', text: '' });

interface ProviderProps {
  /** After an action, whatever came of it. */
  onDone: () => void;
  children: ReactNode;
}

export function SteeringProvider({ onDone, children }: ProviderProps) {
  const [message, say] = useState<Message>({ tone: 'idle', text: 'Nothing done yet' });

  const steering = useMemo(() => {
    async function run(action: Action): Promise<void> {
      say({ tone: 'busy', text: `${action.label}: waiting for the answer` });
      try {
        const answer = await send(action);
        const tone = isRefused(answer) ? 'refused' : 'done';
        say({ tone, text: `${action.label}: ${answerInWords(answer)}` });
      } catch (error) {
        say({ tone: 'failed', text: `${action.label}: ${inWords(error)}` });
      }
      onDone();
    }
    return { run, say };
  }, [onDone]);

  return (
    <SteeringContext value={steering}>
      <MessageContext value={message}>{children}</MessageContext>
    </SteeringContext>
  );
}

export function useSteering(): Steering {
  const steering = use(SteeringContext);
  if (steering === null) throw new Error('no SteeringProvider around this component');
  return steering;
}

export const useMessage = (): Message => use(MessageContext);

function send({ method, path, body }: Action): Promise<unknown> {
  if (body === undefined) return call(path, { method });
  return call(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** What the control API answered to an action, in words. */
function answerInWords(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return 'done';
  const deliveries = deliveriesIn(answer);
  if (deliveries !== null) return describeAll(deliveries);
  if ('secret' in answer && typeof answer.secret === 'string')
    return `signs with ${answer.secret} from now on`;
  return 'done';
}

/** Whether a webhook was sent until the provider gave up. */
function isRefused(answer: unknown): boolean {
  return deliveriesIn(answer)?.some(({ state }) => state === 'given_up') ?? false;
}

function deliveriesIn(answer: unknown): DeliveryRecord[] | null {
  if (typeof answer !== 'object' || answer === null || !('deliveries' in answer)) return null;
  return Array.isArray(answer.deliveries) ? answer.deliveries : null;
}

function describeAll(deliveries: DeliveryRecord[]): string {
  if (deliveries.length === 0) return 'done; the provider sends no webhook for this';
  const counts = new Map<string, number>();
  for (const words of deliveries.map(describe)) counts.set(words, (counts.get(words) ?? 0) + 1);
  return [...counts].map(([words, count]) => (count === 1 ? words : `${count} × ${words}`)).join('; ');
}

function describe({ type, state, attempts }: DeliveryRecord): string {
  const last = attempts.at(-1);
  const answer = last === undefined ? 'not sent' : `answered ${last.status ?? last.error ?? 'nothing'}`;
  if (state === 'accepted') return `${type} accepted, ${answer}`;
  if (state === 'pending') return `${type} is on its way`;
  return `${type} given up after ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}, ${answer}`;
}
