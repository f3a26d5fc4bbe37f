import type { Ref } from 'react';
import type { VerificationStatus } from '../../api/gateway.ts';
import { nextStep } from '../words/action-words.ts';
import { statusWords } from '../words/status-words.ts';
import { StatusIcon } from './status-icon.tsx';

interface Props {
  status: VerificationStatus;
  /** Takes the focus when what had it goes away. */
  ref: Ref<HTMLParagraphElement>;
}

export function StatusSummary({ status, ref }: Props) {
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
