import type { SampleUser } from '../../api/sandbox.ts';

interface Props {
  user: SampleUser | null;
  onSignOut(): void;
}

export function SiteHeader({ user, onSignOut }: Props) {
  return (
    <header className="site-header">
      <p className="brand">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 2.5 3 7v2h18V7l-9-4.5ZM5 11v7m4.7-7v7m4.6-7v7M19 11v7M3 20.5h18" />
        </svg>
        Example Bank
      </p>
      {user !== null && (
        <div className="account">
          <span className="account-name">{user.name}</span>
          <button type="button" className="quiet" onClick={onSignOut}>
            Sign out
          </button>
        </div>
      )}
    </header>
  );
}
