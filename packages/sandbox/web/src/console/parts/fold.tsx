import { useState } from 'react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

/** A disclosure whose content is made only once it is open: there can be hundreds on the page. */
export function Fold({ summary, children }: { summary: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="turn" />
        {summary}
      </summary>
      {isOpen && <div className="fold-body">{children}</div>}
    </details>
  );
}
