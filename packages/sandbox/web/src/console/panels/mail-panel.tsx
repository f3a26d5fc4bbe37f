import { useId, useState } from 'react';
import type { Mail } from '../data/sandbox.ts';
import { capped, Panel, Rest } from '../parts/panel.tsx';
import { Timestamp } from '../parts/values.tsx';

export function MailPanel({ mails }: { mails: readonly Mail[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = mails.find((mail) => keyOf(mail) === chosen) ?? mails[0];

  return (
    <Panel id="mail" title="Mailbox" aside={mails.length}>
      {shown === undefined ? (
        <p className="quiet">
          No mails. The gateway writes when a user is verified, rejected or asked again.
        </p>
      ) : (
        <>
          <ol className="mails">
            {capped(mails).map((mail) => (
              <li key={keyOf(mail)}>
                <button
                  type="button"
                  className="mail"
                  aria-pressed={mail === shown}
                  onClick={() => setChosen(keyOf(mail))}
                >
                  <Timestamp at={mail.receivedAt} />
                  <span className="mail-subject">{mail.subject}</span>
                  <span className="quiet">{mail.to.join(', ')}</span>
                </button>
              </li>
            ))}
          </ol>
          <Rest of={mails} />
          <MailView key={keyOf(shown)} mail={shown} />
        </>
      )}
    </Panel>
  );
}

/** A sender need not give an id, and may give one twice. */
const keyOf = (mail: Mail): string => `${mail.receivedAt} ${mail.messageId}`;

function MailView({ mail }: { mail: Mail }) {
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

/** Nothing is loaded from elsewhere, and links leave the frame. */
const FRAME_HEAD =
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">` +
  `<base target="_blank"><meta name="referrer" content="no-referrer">`;

/** A mail's HTML for a frame; what is put in stands inside its head, so that its doctype keeps coming first. */
function framed(html: string): string {
  const head = /<head\b[^>]*>/i;
  return head.test(html) ? html.replace(head, (tag) => tag + FRAME_HEAD) : FRAME_HEAD + html;
}
