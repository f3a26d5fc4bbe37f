import type { DeliveryRecord } from '../data/sandbox.ts';
import { shorten } from '../data/shorten.ts';
import { signatureOf } from '../data/signature.ts';
import { CopyButton } from '../parts/copy-button.tsx';

export function Signature({ delivery }: { delivery: DeliveryRecord }) {
  const { header, value } = signatureOf(delivery);
  return (
    <p className="signature mono">
      <span className="quiet">{header}:</span>{' '}
      {value === null ? (
        <span className="quiet">signed when it is sent</span>
      ) : (
        <>
          <span title={value}>{shorten(value)}</span>{' '}
          <CopyButton what={`the ${header} header`} text={value} />
        </>
      )}
    </p>
  );
}
