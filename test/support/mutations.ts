import fc from 'fast-check';
import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { harnessOf } from '../contracts/harnesses.ts';

type Path = readonly (string | number)[];

/** One change of a document, at a place given by index or by field name. */
export interface Edit {
  where: { name: string | null; index: number };
  how: 'drop' | 'replace' | 'wrap' | 'copy' | 'smuggle';
  value: unknown;
}

/** Placeholders for the ids of another session and user, which the fuzzer does not know. */
export const OTHER_SESSION = '<another session>';
export const OTHER_USER = '<another user>';

const SPELLED = `approved declined review expired resubmission_requested success clear Approved submitted started
  inquiry.approved inquiry.declined inquiry.completed account.redacted report/watchlist.ready workflow_run.completed
  check.completed workflow_task.started ../.. __proto__ 1 9001 0000-00-00 9999-12-31T23:59:59Z 2026-02-30T00:00:00Z`;
const LONG = [256, 70_000].map((length) => 'x'.repeat(length));
const WORDS = [...SPELLED.split(/\s+/), '', ' approved', '\0', '\ud800', OTHER_SESSION, OTHER_USER, ...LONG];
const ODD: readonly unknown[] = [null, true, 0, -1, 9001, 9102, 1.5, [], {}, [null], { id: OTHER_SESSION }];

export function editsOf(provider: ProviderName): fc.Arbitrary<Edit[]> {
  const name = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...harnessOf(provider).approvalFields) },
    fc.constant(null),
  );
  const how = fc.constantFrom('drop', 'replace', 'replace', 'replace', 'wrap', 'copy', 'smuggle');
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<unknown>(...WORDS) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD) },
    // Number spellings that JSON.stringify never produces.
    fc.constantFrom('1e400', '-0', '1.0', '1E-400', '9'.repeat(400)).map((text) => JSON.rawJSON(text)),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const edit = fc.record({ where: fc.record({ name, index: fc.nat() }), how, value }) as fc.Arbitrary<Edit>;
  return fc.array(edit, { minLength: 1, maxLength: 3 });
}

/** Applies all edits and returns the text of the document. */
export function edited(document: string, edits: readonly Edit[], others: Record<string, string>): string {
  let text = edits.reduce((json, edit) => apply(json, edit), document);
  for (const [placeholder, id] of Object.entries(others)) text = text.replaceAll(placeholder, id);
  return text;
}

function apply(json: string, { where, how, value }: Edit): string {
  const root = { '': parsed(json) };
  const paths = pathsOf(root).slice(1);
  const named = where.name === null ? paths : paths.filter((path) => path.at(-1) === where.name);
  const candidates = named.length === 0 ? paths : named;
  const path = candidates[where.index % candidates.length] ?? [''];
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as never)[key], root) as Record<
    string,
    unknown
  >;
  const key = String(path.at(-1));
  const before = parent[key];
  if (how === 'drop') delete parent[key];
  else if (how === 'wrap') parent[key] = where.index % 2 === 0 ? [before] : { [key]: before };
  else if (how === 'copy') parent[`${key} `] = before;
  else if (how === 'replace') parent[key] = value;
  const text = JSON.stringify(root['']) ?? 'null';
  // Edits the text, because an object cannot contain a key twice or set its prototype.
  return how === 'smuggle'
    ? text.replace('{', `{"__proto__":${json},${JSON.stringify(key)}:${JSON.stringify(value)},`)
    : text;
}

/** All paths in the value, starting with the value itself. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** Returns the session and the user that a document approves according to the provider's documentation, or null. */
export function approvalIn(
  provider: ProviderName,
  text: string,
): { session: unknown; reference: unknown } | null {
  const document = parsed(text);
  const at = (...path: string[]) =>
    path.reduce<unknown>(
      (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      document,
    );
  return harnessOf(provider).approvalIn(at);
}

/** Returns null for invalid JSON, which an edit can produce. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
