import { rowMatches } from '../data/filter.ts';
import type { Filter } from '../data/filter.ts';
import { useUserRecord } from '../data/use-user-record.ts';
import { Choice } from '../parts/choice.tsx';
import type { Option } from '../parts/choice.tsx';
import { Panel } from '../parts/panel.tsx';
import { RecordTables } from './record-tables.tsx';

interface RecordPanelProps {
  hasDatabase: boolean;
  /** The sandbox's reading: when it moves, rows may have moved. */
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
      return <p className="quiet">No database here: the sandbox runs without the gateway's DATABASE_URL.</p>;
    }
    if (userId === null) return <p className="quiet">No users yet.</p>;
    if (found === null) return <p className="quiet">Reading the rows</p>;
    if (found.record === null) return <p className="tone-bad">Not read: {found.problem}</p>;
    const { row, sessions, ledger } = found.record;
    return <RecordTables row={row} sessions={sessions.filter(isWanted)} ledger={ledger.filter(isWanted)} />;
  }

  return (
    <Panel id="record" title="User's row and ledger" tools={tools}>
      {content()}
    </Panel>
  );
}
