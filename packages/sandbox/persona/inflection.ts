/** Casings that a request can choose with Key-Inflection (Persona API reference, "Key inflection"). */
export type Inflection = 'kebab' | 'camel' | 'snake';

export function isInflection(word: string): word is Inflection {
  return word === 'kebab' || word === 'camel' || word === 'snake';
}

/** Requests can use any casing. The emulator uses kebab-case internally. */
export function toKebabKeys(value: unknown): unknown {
  return mapKeys(value, (key) =>
    key.replace(/_/g, '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  );
}

export function inflectKeys(value: unknown, inflection: Inflection): unknown {
  if (inflection === 'kebab') return value;
  return mapKeys(value, (key) =>
    inflection === 'snake'
      ? key.replace(/-/g, '_')
      : key.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase()),
  );
}

function mapKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, rename));
  // `spelledNumber` returns an object without a prototype. Its key is internal, so it is not renamed.
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), mapKeys(item, rename)]));
}
