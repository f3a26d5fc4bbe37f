import type { DeliveryRecord } from '../data/sandbox.ts';

/** What the control API answered to an action, in words. */
export function answerInWords(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return 'done';
  const deliveries = deliveriesIn(answer);
  if (deliveries !== null) return outcomes(deliveries);
  if ('secret' in answer && typeof answer.secret === 'string')
    return `signs with ${answer.secret} from now on`;
  return 'done';
}

/** Whether a webhook was sent until the provider gave up. */
export function isRefused(answer: unknown): boolean {
  return deliveriesIn(answer)?.some(({ state }) => state === 'given_up') ?? false;
}

function deliveriesIn(answer: unknown): DeliveryRecord[] | null {
  if (typeof answer !== 'object' || answer === null || !('deliveries' in answer)) return null;
  return Array.isArray(answer.deliveries) ? answer.deliveries : null;
}

function outcomes(deliveries: DeliveryRecord[]): string {
  if (deliveries.length === 0) return 'done; the provider sends no webhook for this';
  const counts = new Map<string, number>();
  for (const words of deliveries.map(outcome)) counts.set(words, (counts.get(words) ?? 0) + 1);
  return [...counts].map(([words, count]) => (count === 1 ? words : `${count} × ${words}`)).join('; ');
}

function outcome({ type, state, attempts }: DeliveryRecord): string {
  const last = attempts.at(-1);
  const answer = last === undefined ? 'not sent' : `answered ${last.status ?? last.error ?? 'nothing'}`;
  if (state === 'accepted') return `${type} accepted, ${answer}`;
  if (state === 'pending') return `${type} is on its way`;
  return `${type} given up after ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}, ${answer}`;
}
