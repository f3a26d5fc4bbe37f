import { type Ref, useEffect, useRef, useState } from 'react';
import type { VerificationStatus } from '../../api/gateway.ts';
import type { Problem } from '../../api/problem.ts';
import type { Connection } from '../status/follow-status.ts';
import { announcementOf, nextStep, problemWords, reasonWords, statusWords, type Tone } from '../words.ts';
import { factsOf } from '../../providers.ts';

interface StatusSummaryProps {
  status: VerificationStatus;
  /** Receives the focus when the focused element disappears. */
  ref: Ref<HTMLParagraphElement>;
}

export function StatusSummary({ status, ref }: StatusSummaryProps) {
  const { title, tone } = statusWords(status.kyc_status);
  return (
    <div className="status-summary">
      <StatusIcon tone={tone} />
      <div>
        <p className={`status-title ink-${tone}`} ref={ref} tabIndex={-1} data-testid="kyc-status">
          {title}
        </p>
        <p className="status-sentence">{nextStep(status)}</p>
      </div>
    </div>
  );
}

/** Each tone has its own shape, because color alone is not accessible. */
const SHAPES: Readonly<Record<Tone, string>> = {
  neutral: 'M12 11a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.5 20.5c0-3.6 3.2-6 7.5-6s7.5 2.4 7.5 6',
  waiting: 'M12 7v5.5l3.5 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  good: 'M5 12.5l4.5 4.5L19 7.5',
  bad: 'M7 7l10 10M17 7L7 17',
};

function StatusIcon({ tone }: { tone: Tone }) {
  return (
    <span className={`status-icon tone-${tone}`}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={SHAPES[tone]} />
      </svg>
    </span>
  );
}

/** Shows why the user was rejected or, while the verification is pending, what the provider needs again. */
export function ReasonNote({ status }: { status: VerificationStatus }) {
  const { kyc_rejection_reason: reason, kyc_status } = status;
  if (reason === null) return null;
  return (
    <div className="note">
      <h3>{kyc_status === 'pending' ? 'Please send this again' : 'Why it was not accepted'}</h3>
      <p>{reasonWords(reason)}</p>
    </div>
  );
}

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function StatusFacts({ status }: { status: VerificationStatus }) {
  const { kyc_provider: provider, attempts_left: attempts, updated_at: updatedAt } = status;
  return (
    <dl className="facts">
      {provider !== null && (
        <div>
          <dt>Provider</dt>
          <dd>{factsOf(provider).title}</dd>
        </div>
      )}
      {status.kyc_status !== 'verified' && (
        <div>
          <dt>Attempts left</dt>
          <dd>{attempts}</dd>
        </div>
      )}
      {updatedAt !== null && (
        <div>
          <dt>Last change</dt>
          <dd>
            <time dateTime={updatedAt}>{TIME.format(new Date(updatedAt))}</time>
          </dd>
        </div>
      )}
    </dl>
  );
}

const CONNECTION_WORDS: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  polling: 'Updating every few seconds',
  offline: 'Offline',
};

/** Shows whether the status is live. Not announced to screen readers, because it says nothing about the user. */
export function ConnectionIndicator({ connection }: { connection: Connection }) {
  return (
    <p className="connection" data-connection={connection}>
      <span className="connection-dot" aria-hidden="true" />
      {CONNECTION_WORDS[connection]}
    </p>
  );
}

/** Announces changes to screen readers. The first status is not announced, because the page shows it anyway. */
export function Announcer({ status }: { status: VerificationStatus | null }) {
  const announcement = status === null ? null : announcementOf(status);
  const [announced, setAnnounced] = useState('');
  const last = useRef<string | null>(null);

  useEffect(() => {
    if (announcement === null) return;
    if (last.current !== null && last.current !== announcement) setAnnounced(announcement);
    last.current = announcement;
  }, [announcement]);

  return (
    <p role="status" className="visually-hidden">
      {announced}
    </p>
  );
}

export function ProblemNote({ problem }: { problem: Problem | null }) {
  // The region exists before its text. Otherwise some screen readers do not announce the text.
  return (
    <div role="alert">
      {problem !== null && (
        <div className="note note-bad">
          <p>{problemWords(problem)}</p>
          <p className="fine-print">
            Code: <code>{problem.code}</code>
          </p>
        </div>
      )}
    </div>
  );
}
