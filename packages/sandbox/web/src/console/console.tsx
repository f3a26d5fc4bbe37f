import { ActionRunnerContextProvider, useMessage } from './actions/action-runner.tsx';
import type { Message } from './actions/action-runner.tsx';
import { useSandboxState } from './data/use-sandbox-state.ts';
import type { Connection } from './data/use-sandbox-state.ts';
import { Icon } from './parts/values.tsx';
import type { IconName } from './parts/values.tsx';
import { Workspace } from './workspace.tsx';

/** Shows the traffic between the gateway and its providers and lets the developer control it. */
export function Console() {
  const { state, version, problem, connection, readAgain } = useSandboxState();
  return (
    <ActionRunnerContextProvider onDone={readAgain}>
      <div className="console">
        <PageHead gatewayUrl={state?.gateway.url ?? null} connection={connection} />
        {problem !== null && (
          <p role="alert" className="problem tone-bad">
            This page is out of date: {problem}
          </p>
        )}
        {state === null ? (
          <main className="quiet waiting">Loading the sandbox</main>
        ) : (
          <Workspace state={state} version={version} />
        )}
        <OutcomeLine />
      </div>
    </ActionRunnerContextProvider>
  );
}

interface PageHeadProps {
  /** Null until the first state is loaded. */
  gatewayUrl: string | null;
  connection: Connection;
}

const CONNECTIONS: Readonly<Record<Connection, { label: string; tone: string }>> = {
  connecting: { label: 'connecting', tone: 'warn' },
  live: { label: 'live', tone: 'good' },
  lost: { label: 'connection lost, reconnecting', tone: 'bad' },
};

function PageHead({ gatewayUrl, connection }: PageHeadProps) {
  const { label, tone } = CONNECTIONS[connection];
  return (
    <header className="page-head">
      <h1>Sandbox console</h1>
      <p className={`state tone-${tone}`}>
        <Icon name={connection === 'lost' ? 'cross' : 'dot'} />
        {label}
      </p>
      {gatewayUrl !== null && (
        <p className="quiet">
          gateway <span className="mono">{gatewayUrl}</span>
        </p>
      )}
      <nav aria-label="Panels" className="jumps">
        <a href="#controls">Controls</a>
        <a href="#calls">Calls</a>
        <a href="#webhooks">Webhooks</a>
        <a href="#record">Rows</a>
        <a href="#mail">Mail</a>
      </nav>
    </header>
  );
}

const LOOKS: Readonly<Record<Message['tone'], { icon: IconName; tone: string }>> = {
  idle: { icon: 'dot', tone: 'quiet' },
  busy: { icon: 'clock', tone: 'warn' },
  done: { icon: 'check', tone: 'good' },
  rejected: { icon: 'cross', tone: 'warn' },
  failed: { icon: 'cross', tone: 'bad' },
};

/** Shows and announces the result of the latest action. */
function OutcomeLine() {
  const { tone, text } = useMessage();
  const look = LOOKS[tone];
  return (
    <footer className="outcome">
      <p className={`tone-${look.tone}`}>
        <Icon name={look.icon} />
        <span aria-live="polite">
          {tone === 'failed' && <b>Failed. </b>}
          {text}
        </span>
      </p>
    </footer>
  );
}
