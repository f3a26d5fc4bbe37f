/** Null: no answer came; 0: the sandbox dropped the connection. */
export function HttpStatus({ status }: { status: number | null }) {
  const tone = status !== null && status >= 200 && status < 300 ? 'good' : 'bad';
  return <span className={`status tone-${tone}`}>{words(status)}</span>;
}

function words(status: number | null): string {
  if (status === null) return 'no answer';
  return status === 0 ? 'dropped' : String(status);
}
