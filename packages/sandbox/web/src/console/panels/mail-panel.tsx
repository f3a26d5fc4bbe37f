import { useState } from 'react';
import type { Mail } from '../data/sandbox.ts';
import { capped, Rest } from '../parts/capped.tsx';
import { Panel } from '../parts/panel.tsx';
import { Timestamp } from '../parts/timestamp.tsx';
import { MailView } from './mail-view.tsx';

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
