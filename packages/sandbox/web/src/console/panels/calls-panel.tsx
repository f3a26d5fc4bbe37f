import type { RecordedCall } from '../data/sandbox.ts';
import { capped, Panel, Rest } from '../parts/panel.tsx';
import { HttpStatus, Path, ProviderTag, Timestamp } from '../parts/values.tsx';

export function CallsPanel({ calls }: { calls: readonly RecordedCall[] }) {
  return (
    <Panel id="calls" title="Gateway → provider" aside={calls.length}>
      {calls.length === 0 ? (
        <p className="quiet">No calls yet. The gateway calls a provider when a user starts a verification.</p>
      ) : (
        <table className="calls">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Provider</th>
              <th scope="col">Call</th>
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {capped(calls).map((call, index) => (
              // Two calls can be identical to the millisecond. Counted from the oldest, each call keeps its key.
              <tr key={calls.length - index}>
                <td>
                  <Timestamp at={call.at} />
                </td>
                <td>
                  <ProviderTag provider={call.provider} />
                </td>
                <td className="mono">
                  <b>{call.method}</b> <Path path={call.path} />
                </td>
                <td>
                  <HttpStatus status={call.status} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Rest of={calls} />
    </Panel>
  );
}
