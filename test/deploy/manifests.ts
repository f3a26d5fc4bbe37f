import { readdirSync, readFileSync } from 'node:fs';
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
  readonly resources: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
  readonly configMapGenerator: readonly {
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

/** Reads a folder of deploy/kubernetes. */
export function readLayer(name: string): Layer {
  const folder = new URL(`${name}/`, FOLDER);
  const files = readdirSync(folder).toSorted();
  const text = (file: string) => readFileSync(new URL(file, folder), 'utf8');
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

export const layerNames: readonly string[] = readdirSync(FOLDER);
