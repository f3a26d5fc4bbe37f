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
          No mails yet. The gateway sends a mail when a user is verified, is rejected or must resubmit.
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

/** Message ids are optional and can repeat. */
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
          // The frame has no scripts, no forms and its own origin. Links open in a new tab.
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

/** The frame loads nothing from other origins. Links open outside the frame. */
const FRAME_HEAD =
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">` +
  `<base target="_blank"><meta name="referrer" content="no-referrer">`;

/** Prepares a mail's HTML for a frame. The tags go into its head, so that the doctype stays first. */
function framed(html: string): string {
  const head = /<head\b[^>]*>/i;
  return head.test(html) ? html.replace(head, (tag) => tag + FRAME_HEAD) : FRAME_HEAD + html;
}
