/** Something that can be done at the sandbox's control API. */
export interface Action {
  /** What the reader calls it, where it stands alone: in the outcome line and beside its curl. */
  label: string;
  method: 'POST' | 'PUT';
  path: string;
  body?: Readonly<Record<string, unknown>>;
}

export function curlOf(action: Action, origin: string): string {
  const target = `curl -X ${action.method} ${quote(origin + action.path)}`;
  if (action.body === undefined) return target;
  return `${target} -H 'content-type: application/json' -d ${quote(JSON.stringify(action.body))}`;
}

/** A shell's single quotes hold everything but themselves. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
