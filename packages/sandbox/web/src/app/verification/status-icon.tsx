import type { Tone } from '../words/status-words.ts';

/** Each tone has a shape of its own: colour alone tells nobody who does not see it. */
const SHAPES: Readonly<Record<Tone, string>> = {
  neutral: 'M12 11a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.5 20.5c0-3.6 3.2-6 7.5-6s7.5 2.4 7.5 6',
  waiting: 'M12 7v5.5l3.5 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  good: 'M5 12.5l4.5 4.5L19 7.5',
  bad: 'M7 7l10 10M17 7L7 17',
};

export function StatusIcon({ tone }: { tone: Tone }) {
  return (
    <span className={`status-icon tone-${tone}`}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={SHAPES[tone]} />
      </svg>
    </span>
  );
}
