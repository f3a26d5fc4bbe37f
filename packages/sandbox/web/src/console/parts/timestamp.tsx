import { clock } from '../data/clock.ts';

export function Timestamp({ at }: { at: string }) {
  return (
    <time className="time" dateTime={at} title={at}>
      {clock(at)}
    </time>
  );
}
