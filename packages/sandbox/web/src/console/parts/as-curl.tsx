import { curlOf } from '../actions/action.ts';
import type { Action } from '../actions/action.ts';
import { CopyButton } from './copy-button.tsx';
import { Fold } from './fold.tsx';

/** The same from a shell, for each of the buttons above it. */
export function AsCurl({ actions }: { actions: readonly Action[] }) {
  return (
    <Fold summary="as curl">
      <ul className="curls">
        {actions.map((action) => {
          const command = curlOf(action, location.origin);
          return (
            <li key={action.label}>
              <span className="curl-label">{action.label}</span>
              <CopyButton what={`the curl for ${action.label}`} text={command} />
              <code>{command}</code>
            </li>
          );
        })}
      </ul>
    </Fold>
  );
}
