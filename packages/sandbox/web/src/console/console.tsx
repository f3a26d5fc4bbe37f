import { SteeringProvider } from './actions/steering.tsx';
import { useSandboxState } from './data/use-sandbox-state.ts';
import { OutcomeLine } from './outcome-line.tsx';
import { PageHead } from './page-head.tsx';
import { Workspace } from './workspace.tsx';

/** What happens between the gateway and its providers, side by side, and the means to make it happen. */
export function Console() {
  const { state, version, problem, connection, readAgain } = useSandboxState();
  return (
    <SteeringProvider onDone={readAgain}>
      <div className="console">
        <PageHead gatewayUrl={state?.gateway.url ?? null} connection={connection} />
        {problem !== null && (
          <p role="alert" className="problem tone-bad">
            Not up to date: {problem}
          </p>
        )}
        {state === null ? (
          <main className="quiet waiting">Reading the sandbox</main>
        ) : (
          <Workspace state={state} version={version} />
        )}
        <OutcomeLine />
      </div>
    </SteeringProvider>
  );
}
