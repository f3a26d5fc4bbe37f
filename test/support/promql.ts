import { parser } from '@prometheus-io/lezer-promql';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** One time series of a scrape. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export type Scrape = ReadonlyMap<string, readonly Series[]>;

interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Expression {
  /** Every metric with its matchers. */
  readonly selectors: readonly Selector[];
  /** The labels that the expression groups by. */
  readonly groupings: readonly string[];
  /**
   * Evaluates the part of PromQL that the alerts use: `increase`, `abs`, `absent`, `sum`, `max`, `or`, `unless` and a
   * comparison with a number. `increase` is the difference between two scrapes. It is 0 for a series that the first scrape
   * lacks, because Prometheus does not count the value with which a series begins. The result is empty if the condition is
   * false.
   */
  evaluate(before: Scrape, now: Scrape): Series[];
}

const AGGREGATIONS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => Math.max(...values),
};

/** @throws Error if the text is not PromQL */
export function parseExpression(text: string): Expression {
  const tree = parser.parse(text);
  const selectors: Selector[] = [];
  const groupings: string[] = [];
  const slice = (node: Node) => text.slice(node.from, node.to);
  tree.iterate({
    enter({ node }) {
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${text}`);
      if (node.name === 'VectorSelector') selectors.push(selectorOf(node));
      if (node.name === 'GroupingLabels') groupings.push(...node.getChildren('LabelName').map(slice));
    },
  });

  function child(node: Node, name: string): Node {
    const found = node.getChild(name);
    if (found === null) throw new Error(`${node.name} without ${name}: ${text}`);
    return found;
  }
  function selectorOf(node: Node): Selector {
    const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
    return {
      metric: slice(child(node, 'Identifier')),
      matchers: matchers.map((matcher) => ({
        label: slice(child(matcher, 'LabelName')),
        operator: slice(child(matcher, 'MatchOp')),
        value: JSON.parse(slice(child(matcher, 'StringLiteral'))) as string,
      })),
    };
  }
  function argumentOf(node: Node): Node {
    const argument = child(node, 'FunctionCallBody').firstChild;
    if (argument === null) throw new Error(`no argument: ${text}`);
    return argument;
  }
  function evaluate(node: Node, before: Scrape, now: Scrape): Series[] {
    const inner = (of: Node) => evaluate(of, before, now);
    if (node.name === 'VectorSelector') return select(now, selectorOf(node));
    if (node.name === 'AggregateExpr') {
      const labels =
        node.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
      return aggregate(slice(child(node, 'AggregateOp')), labels.map(slice), inner(argumentOf(node)));
    }
    if (node.name === 'FunctionCall')
      return call(slice(child(node, 'FunctionIdentifier')), argumentOf(node), inner, before);
    if (node.name === 'BinaryExpr') return combine(node, inner);
    throw new Error(`not evaluated: ${slice(node)}`);
  }
  function call(name: string, argument: Node, inner: (of: Node) => Series[], before: Scrape): Series[] {
    if (name === 'abs') return inner(argument).map((one) => ({ ...one, value: Math.abs(one.value) }));
    if (name === 'absent') return inner(argument).length === 0 ? [{ labels: {}, value: 1 }] : [];
    if (name !== 'increase') throw new Error(`not evaluated: ${name}`);
    const selected = child(argument, 'VectorSelector');
    const earlier = select(before, selectorOf(selected));
    return inner(selected).map(({ labels, value }) => {
      const same = earlier.find((one) => keyOf(one.labels) === keyOf(labels));
      return { labels, value: same === undefined ? 0 : value - same.value };
    });
  }
  function combine(node: Node, inner: (of: Node) => Series[]): Series[] {
    const { firstChild: left, lastChild: right } = node;
    if (left === null || right === null) throw new Error(`not evaluated: ${slice(node)}`);
    if (node.getChild('Unless') !== null) return without(inner(left), inner(right));
    if (node.getChild('Or') !== null) return [...inner(left), ...without(inner(right), inner(left))];
    if (node.getChild('Gtr') === null) throw new Error(`not evaluated: ${slice(node)}`);
    const limit = Number(slice(child(node, 'NumberDurationLiteral')));
    return inner(left).filter(({ value }) => value > limit);
  }

  return {
    selectors,
    groupings,
    evaluate(before, now) {
      const [root] = [tree.topNode.firstChild];
      return root === null || root === undefined ? [] : evaluate(root, before, now);
    },
  };
}

/** Parses what GET /metrics returns. */
export function parseScrape(text: string): Scrape {
  const scrape = new Map<string, Series[]>();
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value = ''] = /^([a-z_:]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === '') continue;
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', word = '']) => [label, word]);
    const series = scrape.get(name) ?? [];
    scrape.set(name, [
      ...series,
      { labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) },
    ]);
  }
  return scrape;
}

function select(scrape: Scrape, { metric, matchers }: Selector): Series[] {
  const matches = (labels: Series['labels']) =>
    matchers.every(({ label, operator, value }) => {
      if (operator === '=') return (labels[label] ?? '') === value;
      if (operator === '!=') return (labels[label] ?? '') !== value;
      if (operator === '=~') return new RegExp(`^(?:${value})$`).test(labels[label] ?? '');
      throw new Error(`not evaluated: ${operator}`);
    });
  return (scrape.get(metric) ?? []).filter(({ labels }) => matches(labels));
}

function aggregate(operation: string, by: readonly string[], series: readonly Series[]): Series[] {
  const combine = AGGREGATIONS[operation];
  if (combine === undefined) throw new Error(`not evaluated: ${operation}`);
  const kept = (labels: Series['labels']) =>
    Object.fromEntries(by.map((label) => [label, labels[label] ?? '']));
  const groups = Map.groupBy(series, ({ labels }) => keyOf(kept(labels)));
  return [...groups.values()].map((group) => ({
    labels: kept(group[0]?.labels ?? {}),
    value: combine(group.map(({ value }) => value)),
  }));
}

function without(series: readonly Series[], others: readonly Series[]): Series[] {
  const keys = new Set(others.map(({ labels }) => keyOf(labels)));
  return series.filter(({ labels }) => !keys.has(keyOf(labels)));
}

function keyOf(labels: Series['labels']): string {
  return JSON.stringify(Object.entries(labels).toSorted());
}
