import type { DeliveryRecord } from '../data/sandbox.ts';
import { Icon } from '../parts/icon.tsx';
import type { IconName } from '../parts/icon.tsx';

const STATES: Readonly<Record<DeliveryRecord['state'], { icon: IconName; words: string; tone: string }>> = {
  pending: { icon: 'clock', words: 'pending', tone: 'warn' },
  accepted: { icon: 'check', words: 'accepted', tone: 'good' },
  given_up: { icon: 'cross', words: 'given up', tone: 'bad' },
};

export function DeliveryState({ state }: { state: DeliveryRecord['state'] }) {
  const { icon, words, tone } = STATES[state];
  return (
    <span className={`state tone-${tone}`}>
      <Icon name={icon} />
      {words}
    </span>
  );
}
