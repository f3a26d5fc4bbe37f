/** Finds phrases that are hard to read in comments, strings and documents: npm run check:prose [-- paths]. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GENERATED = /(^|\/)(schema\.d\.ts|licences\.md|dist\/.*|self-signed\/.*)$/;
const CODE = /\.([cm]?[jt]s|tsx)$/;
const PROSE = /\.(md|hbs|sql|ya?ml)$/;

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b(he|his|him|himself|she|her|hers|herself)\b/gi, 'write "the user" or "they"'],
  [/\b(nobody|somebody|anybody|whoever|whomever)\b/gi, 'name the actor: caller, operator, provider, worker'],
  [/\bany\s+more\b/gi, 'write "no longer"'],
  [/\ball\s+the\s+same\b/gi, 'write "still" or "anyway"'],
  [/\bbut\s+for\b/gi, 'write "except"'],
  [/\b(is|are)\s+told\b/gi, 'write "receives", "is notified" or the exact verb'],
  [
    /(?<=^\s*|[.!?:;]\s+|\n[ \t]*\n\s*|\n[ \t]*(?:[-*]|\d+\.)\s+|\|\s+)(What|Whatever|Who|Where|Which|Such|None|Nor)(?=\s+\S+\s+\S+\s+\S)(?![^.!?]*\?)/g,
    'begin the sentence with the thing itself',
  ],
];

/** Returns the prose of a file. Everything else becomes spaces, so that offsets still give the right lines. */
function proseOf(path: string, text: string): string[] {
  if (CODE.test(path)) return proseInCode(path, text);
  if (!path.endsWith('.md')) return [text.replace(/^[ \t]*(#|--)+/gm, blank)];
  return [text.replace(/^(```|~~~)[\s\S]*?^\1|`[^`]*`|^#+ .*|<[^>\n]+>|\]\([^)]*\)/gm, blank)];
}

/** One text for each comment and string. A string without a space is not prose. */
function proseInCode(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = new Map<number, string>();
  const add = (from: number, to: number, decoration: RegExp) =>
    found.set(from, blank(text.slice(0, from)) + text.slice(from, to).replace(decoration, blank));
  const visit = (node: ts.Node): void => {
    const comments = [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const { pos, end } of ts.isJsxText(node) ? [] : comments)
      add(pos, end, /^[ \t]*(\/?\*+\/?|\/\/)|\*\/$/gm);
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node);
    if (isText && /\S\s+\S/.test(node.text)) {
      add(ts.isJsxText(node) ? node.pos : node.getStart() + 1, node.end, /['"`]$/);
    }
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return [...found.values()];
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...process.argv.slice(2)];
const files = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' }).split('\n');
const isChecked = (path: string) => (CODE.test(path) || PROSE.test(path)) && !GENERATED.test(path);
const findings = files
  .filter((path) => isChecked(path) && existsSync(ROOT + path))
  .flatMap((path) =>
    proseOf(path, readFileSync(ROOT + path, 'utf8')).flatMap((prose) =>
      RULES.flatMap(([pattern, advice]) =>
        [...prose.matchAll(pattern)].map(({ 0: word, index }) => {
          const line = prose.slice(0, index).split('\n').length;
          return `${path}:${line}: ${word.replace(/\s+/g, ' ')} — ${advice}`;
        }),
      ),
    ),
  );
if (findings.length > 0) {
  process.stdout.write(`${findings.join('\n')}\n${findings.length} to rewrite.\n`);
  process.exitCode = 1;
}
