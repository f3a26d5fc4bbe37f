import { Fragment } from 'react';
import { factsOf } from '../../providers.ts';

const PATHS = {
  check: 'M3 8.5l3.2 3.2L13 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  clock: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 5v3.2l2.2 1.4',
  copy: 'M6 6h7v7H6zM10 6V3H3v7h3',
  away: 'M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3L7.5 8.5',
  turn: 'M5.5 3.5L10.5 8l-5 4.5',
  dot: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
} as const;

export type IconName = keyof typeof PATHS;

/** Decorative. The text beside it carries the meaning. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function ProviderTag({ provider }: { provider: string }) {
  const { title, tagColor } = factsOf(provider);
  return (
    <span className="provider" style={{ color: tagColor }}>
      {title}
    </span>
  );
}

export function Timestamp({ at }: { at: string }) {
  return (
    <time className="time" dateTime={at} title={at}>
      {clock(at)}
    </time>
  );
}

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** Local time to the millisecond: `10:20:30.123`. */
function clock(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : CLOCK.format(at);
}

/** Null means that no response arrived. 0 means that the sandbox dropped the connection. */
export function HttpStatus({ status }: { status: number | null }) {
  const tone = status !== null && status >= 200 && status < 300 ? 'good' : 'bad';
  return <span className={`status tone-${tone}`}>{statusWords(status)}</span>;
}

function statusWords(status: number | null): string {
  if (status === null) return 'no response';
  return status === 0 ? 'dropped' : String(status);
}

/** Allows line breaks before each slash. */
export function Path({ path }: { path: string }) {
  return path.split(/(?=\/)/).map((part, index) => (
    // The parts of a path keep their order, so the index is a stable key.
    <Fragment key={index}>
      <wbr />
      {part}
    </Fragment>
  ));
}

/** Keeps both ends of a long text, so that two texts can be compared. */
export function shorten(text: string, ends = 10): string {
  return text.length <= 2 * ends + 1 ? text : `${text.slice(0, ends)}…${text.slice(-ends)}`;
}
