import { CopyButton } from '../parts/copy-button.tsx';

/** Pretty for the eye; what is copied are the bytes that the signature covers. */
export function DeliveryBody({ body }: { body: string }) {
  return (
    <>
      <p className="quiet">
        Shown indented. The signature covers the body as sent{' '}
        <CopyButton what="the body as sent" text={body} />
      </p>
      <pre role="group" aria-label="Body" tabIndex={0}>
        {pretty(body)}
      </pre>
    </>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
