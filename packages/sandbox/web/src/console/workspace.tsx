import { useEffect, useMemo, useState } from 'react';
import { EVERYTHING, select } from './data/filter.ts';
import type { Filter } from './data/filter.ts';
import { sessionsOf, usersOf } from './data/sandbox.ts';
import type { ProviderSession, SandboxState } from './data/sandbox.ts';
import { FilterBar } from './filter-bar.tsx';
import { CallsPanel } from './panels/calls-panel.tsx';
import { DeliveriesPanel } from './panels/deliveries-panel.tsx';
import { MailPanel } from './panels/mail-panel.tsx';
import { RecordPanel } from './panels/record-panel.tsx';
import { ControlPanel } from './controls/control-panel.tsx';

export function Workspace({ state, version }: { state: SandboxState; version: number }) {
  const [filter, setFilter] = useState<Filter>(EVERYTHING);
  const [recordOf, setRecordOf] = useState<string | null>(null);
  useHash();

  const shown = useMemo(() => select(state, filter), [state, filter]);
  const choosable = useMemo(() => select(state, { ...filter, sessionId: null }).sessions, [state, filter]);
  const users = usersOf(state);
  const userOptions = users.map(({ id, name }) => ({ value: id, label: name }));
  const latest = sessionsOf(state).find(({ reference }) => reference !== null)?.reference ?? null;

  function applyFilter(next: Filter): void {
    setFilter(next);
    if (next.userId !== null) setRecordOf(next.userId);
  }

  function follow(session: ProviderSession): void {
    applyFilter({ provider: null, userId: session.reference, sessionId: session.id });
  }

  return (
    <>
      <FilterBar filter={filter} users={userOptions} sessions={choosable} onFilter={applyFilter} />
      <main className="workspace">
        <ControlPanel
          state={state}
          sessions={shown.sessions}
          nameOf={(userId) => users.find(({ id }) => id === userId)?.name ?? userId}
          onFollow={follow}
        />
        <CallsPanel calls={shown.calls} />
        <DeliveriesPanel deliveries={shown.deliveries} />
        <RecordPanel
          hasDatabase={state.hasDatabase}
          version={version}
          users={userOptions}
          userId={recordOf ?? latest ?? users[0]?.id ?? null}
          onChooseUser={setRecordOf}
          filter={filter}
        />
        <MailPanel mails={shown.mails} />
      </main>
    </>
  );
}

/** After this time the content above the panel has its final height. */
const SETTLED_MS = 2000;
const USER_INPUT = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const;

/** Scrolls to the panel in the URL's hash. The browser cannot, because the panel does not exist at load time. */
function useHash(): void {
  useEffect(() => {
    const panel = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
    if (panel === null) return undefined;
    panel.focus({ preventScroll: true });

    const observer = new ResizeObserver(() => panel.scrollIntoView());
    const stop = () => observer.disconnect();
    const settled = setTimeout(stop, SETTLED_MS);
    observer.observe(document.body);
    for (const event of USER_INPUT) addEventListener(event, stop, { once: true, passive: true });

    return () => {
      stop();
      clearTimeout(settled);
      for (const event of USER_INPUT) removeEventListener(event, stop);
    };
  }, []);
}
