import { rowMatches } from '../data/filter.ts';
import type { Filter } from '../data/filter.ts';
import type { UserRecord } from '../data/sandbox.ts';
import { useUserRecord } from '../data/use-user-record.ts';
import { Choice } from '../parts/controls.tsx';
import type { Option } from '../parts/controls.tsx';
import { Panel } from '../parts/panel.tsx';

interface RecordPanelProps {
  hasDatabase: boolean;
  /** Changes with every read of the sandbox, because the rows can have changed too. */
  version: number;
  users: readonly Option<string>[];
  userId: string | null;
  onChooseUser: (id: string) => void;
  filter: Filter;
}

export function RecordPanel(props: RecordPanelProps) {
  const { hasDatabase, users, userId, onChooseUser, filter } = props;
  const found = useUserRecord(hasDatabase ? userId : null, props.version);
  const isWanted = (row: Record<string, string | null>) => rowMatches(row, filter);

  const tools =
    hasDatabase && userId !== null ? (
      <Choice label="User" options={users} value={userId} onChoose={onChooseUser} />
    ) : undefined;

  function content() {
    if (!hasDatabase) {
      return <p className="quiet">No database. To see the rows, start the sandbox with --database-url.</p>;
    }
    if (userId === null) return <p className="quiet">No users yet.</p>;
    if (found === null) return <p className="quiet">Loading the rows</p>;
    if (found.record === null) return <p className="tone-bad">The rows cannot be read: {found.problem}</p>;
    const { row, sessions, ledger } = found.record;
    return <RecordTables row={row} sessions={sessions.filter(isWanted)} ledger={ledger.filter(isWanted)} />;
  }

  return (
    <Panel id="record" title="User's row and ledger" tools={tools}>
      {content()}
    </Panel>
  );
}

/** Receives the rows oldest first and shows them newest first. */
function RecordTables({ row, sessions, ledger }: UserRecord) {
  return (
    <>
      <h3 className="mono">users</h3>
      {row === null ? (
        <p className="quiet">No row yet. The gateway has not received a request from this user.</p>
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

interface RowsTableProps {
  name: string;
  rows: readonly Record<string, string | null>[];
}

/** Usually wider than its panel, so it scrolls sideways on its own. */
function RowsTable({ name, rows }: RowsTableProps) {
  const columns = Object.keys(rows[0] ?? {});
  return (
    <>
      <h3 className="mono">
        {name} <span className="quiet">({rows.length})</span>
      </h3>
      {rows.length > 0 && (
        <div className="sideways" role="group" aria-label={name} tabIndex={0}>
          <table className="rows-table">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row['id'] ?? JSON.stringify(row)}>
                  {columns.map((column) => (
                    <td key={column}>
                      <Cell value={row[column] ?? null} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Cell({ value }: { value: string | null }) {
  return value === null ? <span className="null">null</span> : value;
}
