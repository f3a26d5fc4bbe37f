import { createContext, use, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { call, inWords } from '../data/http.ts';
import type { DeliveryRecord } from '../data/sandbox.ts';
import type { Action } from './actions.ts';

export interface Message {
  /** `rejected`: the sandbox sent the webhook, but the gateway did not accept it. */
  tone: 'idle' | 'busy' | 'done' | 'rejected' | 'failed';
  text: string;
}

interface ActionRunner {
  run(action: Action): Promise<void>;
  show(message: Message): void;
}

const ActionRunnerContext = createContext<ActionRunner | null>(null);
const MessageContext = createContext<Message>({ tone: 'idle', text: '' });

interface ProviderProps {
  /** Called after every action, even a failed one. */
  onDone: () => void;
  children: ReactNode;
}

export function ActionRunnerContextProvider({ onDone, children }: ProviderProps) {
  const [message, show] = useState<Message>({ tone: 'idle', text: 'No action yet' });

  const runner = useMemo(() => {
    async function run(action: Action): Promise<void> {
      show({ tone: 'busy', text: `${action.label}: waiting for the response` });
      try {
        const answer = await send(action);
        const tone = isRejected(answer) ? 'rejected' : 'done';
        show({ tone, text: `${action.label}: ${describeResponse(answer)}` });
      } catch (error) {
        show({ tone: 'failed', text: `${action.label}: ${inWords(error)}` });
      }
      onDone();
    }
    return { run, show };
  }, [onDone]);

  return (
    <ActionRunnerContext value={runner}>
      <MessageContext value={message}>{children}</MessageContext>
    </ActionRunnerContext>
  );
}

export function useActionRunner(): ActionRunner {
  const runner = use(ActionRunnerContext);
  if (runner === null)
    throw new Error('useActionRunner needs a ActionRunnerContextProvider around the component.');
  return runner;
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

function describeResponse(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return 'done';
  const deliveries = deliveriesIn(answer);
  if (deliveries !== null) return describeAll(deliveries);
  if ('secret' in answer && typeof answer.secret === 'string')
    return `webhooks are now signed with ${answer.secret}`;
  return 'done';
}

/** Whether the retries of a webhook ended without success. */
function isRejected(answer: unknown): boolean {
  return deliveriesIn(answer)?.some(({ state }) => state === 'given_up') ?? false;
}

function deliveriesIn(answer: unknown): DeliveryRecord[] | null {
  if (typeof answer !== 'object' || answer === null || !('deliveries' in answer)) return null;
  return Array.isArray(answer.deliveries) ? answer.deliveries : null;
}

function describeAll(deliveries: DeliveryRecord[]): string {
  if (deliveries.length === 0) return 'done. The provider sends no webhook for this outcome';
  const counts = new Map<string, number>();
  for (const description of deliveries.map(describe))
    counts.set(description, (counts.get(description) ?? 0) + 1);
  return [...counts]
    .map(([description, count]) => (count === 1 ? description : `${count} × ${description}`))
    .join('; ');
}

function describe({ type, state, attempts }: DeliveryRecord): string {
  const last = attempts.at(-1);
  const answer = last === undefined ? 'not sent' : `response ${last.status ?? last.error ?? 'none'}`;
  if (state === 'accepted') return `${type} accepted, ${answer}`;
  if (state === 'pending') return `${type} is being delivered`;
  return `${type} not accepted after ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}, ${answer}`;
}
