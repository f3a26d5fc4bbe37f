import type { ReactNode } from 'react';

interface PanelProps {
  id: string;
  title: string;
  /** Shown beside the title, for example a count. */
  aside?: ReactNode;
  /** Stays visible while the content scrolls. */
  tools?: ReactNode;
  children: ReactNode;
}

/** A titled panel. Its content scrolls on its own and is focusable, so that a keyboard can scroll it. */
export function Panel({ id, title, aside, tools, children }: PanelProps) {
  return (
    <section id={id} className="panel" aria-labelledby={`${id}-title`} tabIndex={-1}>
      <header className="panel-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <span className="panel-aside">{aside}</span>
      </header>
      {tools !== undefined && <div className="panel-tools">{tools}</div>}
      <div className="panel-body" role="group" aria-labelledby={`${id}-title`} tabIndex={0}>
        {children}
      </div>
    </section>
  );
}

const CAP = 200;

/** A sandbox can run for days, so the page shows only the newest items. */
export const capped = <T,>(items: readonly T[]): readonly T[] => items.slice(0, CAP);

export function Rest({ of }: { of: readonly unknown[] }) {
  return of.length <= CAP ? null : <p className="quiet">and {of.length - CAP} older items, not shown</p>;
}
