import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import type * as Describe from '../src/config/describe.ts';
import type * as Environment from '../src/config/gateway.environment.ts';
import type * as Tokens from '../src/config/token.environment.ts';
import type * as Tracing from '../src/config/tracing.environment.ts';
import type * as Registry from '../src/kyc/providers/registry.ts';
import './typescript-loader.mjs';

/** One environment variable as the documentation shows it. An empty `default` means that there is none. */
export interface Variable {
  readonly name: string;
  readonly meaning: string;
  readonly accepts: string;
  readonly default: string;
  readonly required: string;
  readonly example: string;
  /** Whether .env.example sets the variable. The other variables are comments there. */
  readonly isActive: boolean;
}

export interface Section {
  readonly title: string;
  readonly variables: Variable[];
}

type Shape = new () => object;

/** Reads the documented variables of the gateway and of every provider. */
export async function readVariables(): Promise<Section[]> {
  // Imported here because the loader must be registered before the files of src/ are loaded.
  await import('reflect-metadata');
  const { GatewayEnvironment } = (await import('../src/config/gateway.environment.ts')) as typeof Environment;
  const { TokenEnvironment } = (await import('../src/config/token.environment.ts')) as typeof Tokens;
  const { TracingEnvironment } = (await import('../src/config/tracing.environment.ts')) as typeof Tracing;
  const { PROVIDER_DEFINITIONS } = (await import('../src/kyc/providers/registry.ts')) as typeof Registry;
  const providers = PROVIDER_DEFINITIONS.map(({ name }) => name);
  const gateway = await sectionsOf(GatewayEnvironment, '', providers);
  const tokens = await sectionsOf(TokenEnvironment, '', providers);
  const tracing = await sectionsOf(TracingEnvironment, '', providers);
  const groups = await Promise.all(
    PROVIDER_DEFINITIONS.map(({ name, environment, required }) =>
      sectionsOf(environment, `${name[0]?.toUpperCase()}${name.slice(1)}`, providers, required),
    ),
  );
  return [...gateway, ...tokens, ...tracing, ...groups.flat()];
}

async function sectionsOf(
  shape: Shape,
  title: string,
  providers: readonly string[],
  requiredInGroup?: readonly string[],
): Promise<Section[]> {
  const { describedVariables } = (await import('../src/config/describe.ts')) as typeof Describe;
  const { getMetadataStorage } = await import('class-validator');
  const rules = getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false);
  const described = describedVariables(shape);
  const defaults = new shape() as Record<string, unknown>;
  const sections: Section[] = [];
  for (const name of new Set([...described.keys(), ...rules.map((rule) => rule.propertyName)])) {
    const description = described.get(name);
    if (description === undefined) throw new Error(`${name} of ${shape.name} has no @Describe`);
    const { meaning, anyOf, example } = description;
    const own = rules.filter((rule) => rule.propertyName === name);
    const byDefault = defaultOf(defaults[name]);
    const isRequired = requiredInGroup?.includes(name) ?? !(byDefault !== '' || isOptional(own));
    if (description.section !== undefined || sections.length === 0) {
      sections.push({ title: description.section ?? title, variables: [] });
    }
    sections.at(-1)?.variables.push({
      name,
      meaning,
      accepts: (description.accepts ?? acceptedBy(name, own)).replace('{providers}', providers.join(', ')),
      default: description.default ?? (byDefault === 'none' ? byDefault : code(byDefault)),
      required: anyOf
        ? alternativesTo(name, anyOf)
        : isRequired
          ? title === ''
            ? 'yes'
            : `for ${title}`
          : 'no',
      example: example ?? byDefault,
      isActive: anyOf?.[0] === name || (isRequired && (title === '' || providers[0] === title.toLowerCase())),
    });
  }
  return sections;
}

function alternativesTo(name: string, anyOf: readonly string[]): string {
  const others = anyOf.filter((other) => other !== name);
  return `this or ${others.map(code).join(' or ')}`;
}

function defaultOf(value: unknown): string {
  if (value === undefined) return '';
  return Array.isArray(value) && value.length === 0 ? 'none' : String(value);
}

function isOptional(rules: readonly ValidationMetadata[]): boolean {
  return rules.some((rule) => rule.name === 'isOptional');
}

/** Derives the allowed values from the validation rules. A pattern needs `accepts` in its @Describe. */
function acceptedBy(name: string, rules: readonly ValidationMetadata[]): string {
  const find = (rule: string) => rules.find((candidate) => candidate.name === rule);
  const first = (rule: string) => find(rule)?.constraints[0] as unknown;
  if (find('isIn')) return (first('isIn') as string[]).map(code).join(', ');
  if (find('isBoolean')) return '`true`, `false`';
  if (find('isInt')) return `whole number, ${String(first('min'))} to ${String(first('max'))}`;
  if (find('secureUrl')) return find('secureUrl')?.each ? 'list of https URLs' : 'https URL';
  if (find('isUuid')) return 'UUID';
  const least = first('minLength');
  if (find('minLength')?.each) return `list, at least ${String(least)} characters each`;
  if (typeof least === 'number') return least > 1 ? `at least ${least} characters` : 'text';
  throw new Error(`${name} needs \`accepts\` in its @Describe: its values cannot be derived`);
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
