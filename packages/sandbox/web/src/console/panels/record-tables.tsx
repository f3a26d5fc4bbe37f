import type { UserRecord } from '../data/sandbox.ts';
import { Cell } from './cell.tsx';
import { RowsTable } from './rows-table.tsx';

/** The rows come oldest first. */
export function RecordTables({ row, sessions, ledger }: UserRecord) {
  return (
    <>
      <h3 className="mono">users</h3>
      {row === null ? (
        <p className="quiet">No row: the gateway has not met this user.</p>
      ) : (
        <table className="row-table">
          <tbody>
            {Object.entries(row).map(([column, value]) => (
              <tr key={column}>
                <th scope="row">{column}</th>
                <td>
                  <Cell value={value} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <RowsTable name="kyc_sessions" rows={sessions.toReversed()} />
      <RowsTable name="kyc_events" rows={ledger.toReversed()} />
    </>
  );
}
