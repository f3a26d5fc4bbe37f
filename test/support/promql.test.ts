import { parseExpression, parseScrape } from './promql.ts';

const before = parseScrape('a_total{p="x",r="bad"} 1\na_total{p="y",r="bad"} 0\n');
const now = parseScrape(
  '# HELP a_total Text\na_total{p="x",r="bad"} 4\na_total{p="y",r="bad"} 2\na_total{p="y",r="good"} 9\nb -7\n',
);
const result = (text: string) => parseExpression(text).evaluate(before, now);

describe('An expression in PromQL', () => {
  it.each(['a b', 'sum by (p (a)', 'increase(a_total[5m]'])('is rejected with an error in it: %s', (text) => {
    expect(() => parseExpression(text)).toThrow('not PromQL');
  });

  it('is evaluated: the increase of each group, as far as it exceeds the limit', () => {
    expect(result('sum by (p) (increase(a_total{r="bad"}[5m])) > 2')).toEqual([
      { labels: { p: 'x' }, value: 3 },
    ]);
    expect(result('sum(increase(a_total{r!="good"}[5m])) > 0')).toEqual([{ labels: {}, value: 5 }]);
  });

  it('is evaluated without the value with which a series begins', () => {
    expect(result('increase(a_total{r="good"}[5m]) > 0')).toEqual([]);
  });

  it('is evaluated with a regular expression for the whole label', () => {
    expect(result('sum by (p) (a_total{r=~"bad|worse"}) > 0')).toHaveLength(2);
    expect(result('a_total{r=~"ba"} > 0')).toEqual([]);
  });

  it('is evaluated with "unless" and "or" on the same labels', () => {
    const bad = 'sum by (p) (a_total{r="bad"}) > 0';
    const good = 'sum by (p) (a_total{r="good"}) > 0';
    expect(result(`${bad} unless ${good}`)).toEqual([{ labels: { p: 'x' }, value: 4 }]);
    expect(result(`${good} or ${bad}`)).toEqual([
      { labels: { p: 'y' }, value: 9 },
      { labels: { p: 'x' }, value: 4 },
    ]);
  });

  it('is evaluated when a metric is absent', () => {
    expect(result('absent(c_total)')).toEqual([{ labels: {}, value: 1 }]);
    expect(result('absent(b)')).toEqual([]);
  });

  it('is evaluated with the largest absolute value', () => {
    expect(result('max(abs(b)) > 5')).toEqual([{ labels: {}, value: 7 }]);
    expect(result('max(b) > 5')).toEqual([]);
  });

  it('is evaluated to nothing when no series matches', () => {
    expect(result('sum(increase(c_total[5m])) > 0')).toEqual([]);
  });

  it('is not evaluated by guess', () => {
    expect(() => result('a_total * 2')).toThrow('not evaluated');
    expect(() => result('rate(a_total[5m])')).toThrow('not evaluated');
  });
});
