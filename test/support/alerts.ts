import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[];
}

const FILE = new URL('../../deploy/monitoring/alerts.yaml', import.meta.url);

/** The alerts of deploy/monitoring/alerts.yaml. */
export const ALERTS: readonly Alert[] = (load(readFileSync(FILE, 'utf8')) as RuleFile).groups.flatMap(
  ({ rules }) => rules,
);
