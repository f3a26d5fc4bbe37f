import { useGateway } from '../session/use-session.ts';
import type { Session } from '../session/session-store.ts';
import { VerificationCard } from '../verification/verification-card.tsx';
import { Avatar } from './avatar.tsx';
import { PageHeading } from './page-heading.tsx';

interface Props {
  gatewayUrl: string;
  session: Session;
  takesFocus: boolean;
}

export function Profile({ gatewayUrl, session, takesFocus }: Props) {
  const gateway = useGateway(gatewayUrl, session);
  const { user } = session;
  return (
    <>
      <PageHeading takesFocus={takesFocus}>Your profile</PageHeading>
      <section className="card person" aria-labelledby="person-title">
        <Avatar name={user.name} />
        <div>
          <h2 id="person-title">{user.name}</h2>
          <p>{user.email}</p>
        </div>
      </section>
      <VerificationCard gateway={gateway} />
    </>
  );
}
