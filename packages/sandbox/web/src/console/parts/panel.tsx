import type { ReactNode } from 'react';

interface PanelProps {
  id: string;
  title: string;
  /** Beside the title, such as a count. */
  aside?: ReactNode;
  /** Stays while the rest scrolls. */
  tools?: ReactNode;
  children: ReactNode;
}

/** A heading, and a part that scrolls on its own and can be reached by keyboard to do so. */
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

/** A sandbox can run for days; the page shows the newest. */
export const capped = <T,>(items: readonly T[]): readonly T[] => items.slice(0, CAP);

export function Rest({ of }: { of: readonly unknown[] }) {
  return of.length <= CAP ? null : <p className="quiet">and {of.length - CAP} older ones, not shown</p>;
}
