import type { DeliveryAttempt } from '../data/sandbox.ts';
import { HttpStatus } from '../parts/http-status.tsx';
import { Timestamp } from '../parts/timestamp.tsx';

export function Attempts({ attempts }: { attempts: readonly DeliveryAttempt[] }) {
  if (attempts.length === 0) return null;
  return (
    <ol className="attempts" aria-label="Attempts">
      {attempts.map(({ at, status, error }, index) => (
        <li key={`${index} ${at}`}>
          <Timestamp at={at} /> <span className="quiet">attempt {index + 1}:</span>{' '}
          <HttpStatus status={status} />
          {error !== undefined && <span className="quiet"> {error}</span>}
        </li>
      ))}
    </ol>
  );
}
