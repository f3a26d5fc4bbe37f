import { useEffect, useRef, useState } from 'react';
import type { VerificationStatus } from '../../api/gateway.ts';
import { announcementOf } from '../words/announcement.ts';

/** Tells a screen reader what has changed; not what the page says when it is first read. */
export function Announcer({ status }: { status: VerificationStatus | null }) {
  const words = status === null ? null : announcementOf(status);
  const [said, setSaid] = useState('');
  const last = useRef<string | null>(null);

  useEffect(() => {
    if (words === null) return;
    if (last.current !== null && last.current !== words) setSaid(words);
    last.current = words;
  }, [words]);

  return (
    <p role="status" className="visually-hidden">
      {said}
    </p>
  );
}
