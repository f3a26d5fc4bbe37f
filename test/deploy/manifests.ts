import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { load } from 'js-yaml';

const FOLDER = new URL('../../deploy/kubernetes/', import.meta.url);

/** A loose shape, because the schemas of Kubernetes check the exact one. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each kind has its own
  readonly spec: any;
}

export interface Kustomization {
  readonly kind: 'Kustomization' | 'Component';
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly behavior?: string;
    readonly envs: readonly string[];
  }[];
}

export interface Layer {
  readonly name: string;
  readonly files: readonly string[];
  readonly kustomization: Kustomization;
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly environment: Readonly<Record<string, string>>;
}

const allFiles = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => posix.join(posix.relative(fileURLToPath(FOLDER), parentPath), name))
  .toSorted();

/** Reads a folder of deploy/kubernetes, without those in it. */
function readLayer(name: string): Layer {
  const files = allFiles.filter((path) => posix.dirname(path) === name).map((path) => posix.basename(path));
  const text = (file: string) => readFileSync(new URL(`${name}/${file}`, FOLDER), 'utf8');
  const manifests = files.filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
  return {
    name,
    files,
    kustomization: load(text('kustomization.yaml')) as Kustomization,
    manifests: new Map(manifests.map((file) => [file, load(text(file)) as Manifest])),
    environment: Object.assign(
      {},
      ...files.filter((file) => file.endsWith('.env')).map((file) => parseEnv(text(file))),
    ) as Record<string, string>,
  };
}

/** The files that a kustomization.yaml lists, and the folders, which have a kustomization.yaml of their own. */
export function listedBy({ name, kustomization }: Layer): { files: string[]; folders: string[] } {
  const { resources = [], components = [], configMapGenerator = [] } = kustomization;
  const folders = [...resources.filter((path) => posix.extname(path) === ''), ...components];
  return {
    files: [
      ...resources.filter((path) => posix.extname(path) !== ''),
      ...configMapGenerator.flatMap(({ envs }) => envs),
    ],
    folders: folders.map((path) => posix.join(name, path)),
  };
}

/** Returns the folder and all that it includes: what `kubectl apply -k` applies. */
export function appliedWith(name: string): Layer[] {
  const layer = LAYERS.find((candidate) => candidate.name === name);
  if (layer === undefined) throw new Error(`deploy/kubernetes/${name} has no kustomization.yaml`);
  return [layer, ...listedBy(layer).folders.flatMap(appliedWith)];
}

export const LAYERS: readonly Layer[] = [...new Set(allFiles.map((path) => posix.dirname(path)))].map(
  readLayer,
);
