import { useEffect, useRef } from 'react';
import type { SampleUser } from '../api/sandbox.ts';

interface SiteHeaderProps {
  user: SampleUser | null;
  onSignOut(): void;
}

export function SiteHeader({ user, onSignOut }: SiteHeaderProps) {
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

/** Links for developers. A real platform does not have them. */
export function SiteFooter() {
  return (
    <footer className="site-footer">
      <nav aria-labelledby="developers-title">
        <h2 id="developers-title">For developers</h2>
        <ul>
          <li>
            <a href="/console">Sandbox console</a>
          </li>
          <li>
            <a href="/console#mail">Mailbox</a>
          </li>
        </ul>
      </nav>
    </footer>
  );
}

interface PageHeadingProps {
  children: string;
  /** Set when this view replaces another, so that keyboard and screen reader continue at its top. */
  takesFocus: boolean;
}

export function PageHeading({ children, takesFocus }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);

  return (
    <>
      <title>{`${children} · Example Bank`}</title>
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
    </>
  );
}

export function Avatar({ name }: { name: string }) {
  const initials = name
    .split(/\s+/)
    .map((part) => part.charAt(0))
    .slice(0, 2)
    .join('');
  return (
    <span className="avatar" aria-hidden="true">
      {initials}
    </span>
  );
}
