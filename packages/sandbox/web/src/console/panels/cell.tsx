export function Cell({ value }: { value: string | null }) {
  return value === null ? <span className="null">null</span> : value;
}
