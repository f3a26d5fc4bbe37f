import { fileURLToPath } from 'node:url';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import ts from 'typescript';
import type { Manifest } from './manifests.ts';

const MODELS = [
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceMonitor,
];
const OPERATOR = '@kubernetes-models/prometheus-operator/';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Returns what the schema of Kubernetes finds wrong. It does not find fields with an unknown name. */
export function problemsOf(manifest: Manifest): string[] {
  const model = MODELS.find(
    ({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind,
  );
  if (model === undefined) return [`no schema for ${manifest.apiVersion} ${manifest.kind}`];
  try {
    new model(manifest as never).validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Returns the fields that do not exist. The compiler finds them, because it checks the names in an object literal. */
export function unknownFields(manifests: readonly Manifest[]): string[] {
  const path = `${ROOT}manifests-as-code.ts`;
  const source = ts.createSourceFile(path, manifests.map(asCode).join('\n'), ts.ScriptTarget.Latest);
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, ...rest) => (name === path ? source : getSourceFile(name, ...rest));
  host.fileExists = (name) => name === path || fileExists(name);
  const program = ts.createProgram([path], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

function asCode(manifest: Manifest, index: number): string {
  const { apiVersion, kind } = manifest;
  const from = apiVersion.startsWith('monitoring.') ? OPERATOR : 'kubernetes-models/';
  return `import type { I${kind} as Kind${index} } from '${from}${apiVersion}';
    export const manifest${index}: Kind${index} = ${JSON.stringify(manifest)};`;
}
