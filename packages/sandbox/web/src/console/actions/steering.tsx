import { createContext, use, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { call, inWords } from '../data/http.ts';
import type { Action } from './action.ts';
import { answerInWords, isRefused } from './answer.ts';

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
