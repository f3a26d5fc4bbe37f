import { useId } from 'react';
import type { Mail } from '../data/sandbox.ts';
import { framed } from './framed.ts';

export function MailView({ mail }: { mail: Mail }) {
  const titleId = useId();
  return (
    <article className="mail-view" aria-labelledby={titleId}>
      <h3 id={titleId}>{mail.subject}</h3>
      <p className="quiet">
        From {mail.from} to {mail.to.join(', ')}
      </p>
      {mail.html === '' ? (
        <p className="quiet">No HTML part.</p>
      ) : (
        <iframe
          title={`Mail as rendered: ${mail.subject}`}
          // No scripts, no forms, an origin of its own; a link opens in a tab of its own.
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          srcDoc={framed(mail.html)}
        />
      )}
      <h4>Text alternative</h4>
      <pre role="group" aria-label="Text alternative" tabIndex={0}>
        {mail.text === '' ? 'none' : mail.text}
      </pre>
    </article>
  );
}
