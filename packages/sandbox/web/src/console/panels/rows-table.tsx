import { Cell } from './cell.tsx';

interface RowsTableProps {
  name: string;
  rows: readonly Record<string, string | null>[];
}

/** Wider than its panel as a rule: it scrolls sideways on its own. */
export function RowsTable({ name, rows }: RowsTableProps) {
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
