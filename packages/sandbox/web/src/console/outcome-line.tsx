import { useMessage } from './actions/steering.tsx';
import type { Message } from './actions/steering.tsx';
import { Icon } from './parts/icon.tsx';
import type { IconName } from './parts/icon.tsx';

const LOOKS: Readonly<Record<Message['tone'], { icon: IconName; tone: string }>> = {
  idle: { icon: 'dot', tone: 'quiet' },
  busy: { icon: 'clock', tone: 'warn' },
  done: { icon: 'check', tone: 'good' },
  refused: { icon: 'cross', tone: 'warn' },
  failed: { icon: 'cross', tone: 'bad' },
};

/** What came of the latest action, seen and read out. */
export function OutcomeLine() {
  const { tone, text } = useMessage();
  const look = LOOKS[tone];
  return (
    <footer className="outcome">
      <p className={`tone-${look.tone}`}>
        <Icon name={look.icon} />
        <span aria-live="polite">
          {tone === 'failed' && <b>Failed. </b>}
          {text}
        </span>
      </p>
    </footer>
  );
}
