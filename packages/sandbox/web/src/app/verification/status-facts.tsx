import type { VerificationStatus } from '../../api/gateway.ts';
import { providerName } from '../words/provider-words.ts';

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function StatusFacts({ status }: { status: VerificationStatus }) {
  const { kyc_provider: provider, attempts_left: attempts, updated_at: updatedAt } = status;
  return (
    <dl className="facts">
      {provider !== null && (
        <div>
          <dt>Provider</dt>
          <dd>{providerName(provider)}</dd>
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
