import { EVERYTHING } from './data/filter.ts';
import type { Filter } from './data/filter.ts';
import { factsOf, PROVIDER_NAMES } from '../providers.ts';
import type { ProviderSession } from './data/sandbox.ts';
import { Choice } from './parts/controls.tsx';
import type { Option } from './parts/controls.tsx';
import { shorten } from './parts/values.tsx';

interface FilterBarProps {
  filter: Filter;
  users: readonly Option<string>[];
  /** The sessions that match the provider and user of the filter. */
  sessions: readonly ProviderSession[];
  onFilter: (filter: Filter) => void;
}

const ALL: Option<''> = { value: '', label: 'all' };

/** One filter for all panels, so that a session can be followed from the first call to the mail. */
export function FilterBar({ filter, users, sessions, onFilter }: FilterBarProps) {
  const providers = PROVIDER_NAMES.map((value) => ({ value, label: factsOf(value).title }));
  return (
    <form
      className="filter row"
      role="search"
      aria-label="Filter"
      onSubmit={(event) => event.preventDefault()}
    >
      <Choice<string>
        label="Provider"
        options={[ALL, ...providers]}
        value={filter.provider ?? ''}
        onChoose={(provider) => onFilter({ ...filter, provider: provider || null, sessionId: null })}
      />
      <Choice
        label="User"
        options={[ALL, ...users]}
        value={filter.userId ?? ''}
        onChoose={(userId) => onFilter({ ...filter, userId: userId || null, sessionId: null })}
      />
      <Choice
        label="Session"
        options={[
          ALL,
          ...sessions.map(({ id, status }) => ({ value: id, label: `${shorten(id, 8)} ${status}` })),
        ]}
        value={filter.sessionId ?? ''}
        onChoose={(sessionId) => onFilter({ ...filter, sessionId: sessionId || null })}
      />
      <button type="button" disabled={isEverything(filter)} onClick={() => onFilter(EVERYTHING)}>
        Show everything
      </button>
    </form>
  );
}

function isEverything({ provider, userId, sessionId }: Filter): boolean {
  return provider === null && userId === null && sessionId === null;
}
