import * as echarts from 'echarts';
import { median } from '../statistics.ts';
import { drawBar, INK, shown } from './chart-bar.ts';

/** The content of `records.webhooks`: rounds by contender and connections, as in `gateway 256`. */
export type WebhookRounds = Readonly<Record<string, readonly { perSecond: number }[]>>;

/**
 * In the order of the legend. The colors are those of Okabe and Ito, which color-blind readers can distinguish, and
 * a gray.
 */
const CONTENDERS: Readonly<Record<string, { name: string; color: string }>> = {
  gateway: { name: 'this gateway', color: '#0072b2' },
  'nest-tutorial': { name: '(a) Nest + TypeORM repositories', color: '#e69f00' },
  'bare-fastify': { name: '(b) Fastify + pg', color: '#009e73' },
  'signature-only': { name: '(c) signature only, no database', color: '#9a9a9a' },
};
const SIZE = { width: 900, height: 440 };
const GRID = '#d8dee4';

export interface Contender {
  name: string;
  color: string;
  /** In ascending order of connections. */
  bars: { connections: number; median: number; lowest: number; highest: number }[];
}

/**
 * Returns the measured contenders.
 *
 * @throws Error if the chart has no name for a contender
 */
export function contendersOf(webhooks: WebhookRounds): Contender[] {
  const contenders = new Map(
    Object.entries(CONTENDERS).map(([key, looks]): [string, Contender] => [key, { ...looks, bars: [] }]),
  );
  for (const [key, rounds] of Object.entries(webhooks)) {
    const [who = '', connections] = key.split(' ');
    const contender = contenders.get(who);
    if (contender === undefined) throw new Error(`The chart has no name for "${key}"`);
    const figures = rounds.map(({ perSecond }) => perSecond);
    contender.bars.push({
      connections: Number(connections),
      median: median(figures),
      lowest: Math.min(...figures),
      highest: Math.max(...figures),
    });
  }
  for (const { bars } of contenders.values()) bars.sort((a, b) => a.connections - b.connections);
  return [...contenders.values()].filter(({ bars }) => bars.length > 0);
}

/**
 * Uses bars, because lines of the small values would overlap, and a logarithmic axis hides the differences. The same values produce the same SVG, byte for byte.
 */
export function throughputChart(webhooks: WebhookRounds): string {
  const contenders = contendersOf(webhooks);
  const measured = new Set(contenders.flatMap(({ bars }) => bars.map(({ connections }) => connections)));
  const connections = [...measured].sort((a, b) => a - b);
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    chart.setOption({
      animation: false,
      // GitHub shows the chart on the page background, which can be dark.
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: 'Arial, Helvetica, sans-serif', color: INK },
      title: {
        text: 'Webhooks a second, each answered 200',
        subtext: 'Median of the rounds; the whisker goes from the lowest round to the highest',
        left: 16,
        top: 12,
        textStyle: { color: INK, fontSize: 16 },
        subtextStyle: { color: INK },
      },
      legend: { bottom: 10, itemGap: 36, textStyle: { color: INK } },
      grid: { left: 70, right: 24, top: 84, bottom: 92 },
      xAxis: {
        type: 'category',
        name: 'connections',
        nameLocation: 'middle',
        nameGap: 28,
        data: connections.map(String),
        axisTick: { show: false },
        axisLabel: { color: INK },
        nameTextStyle: { color: INK },
      },
      yAxis: {
        type: 'value',
        axisLabel: { color: INK, formatter: (value: number) => shown(value) },
        splitLine: { lineStyle: { color: GRID } },
      },
      series: contenders.map(({ name, color, bars }, index) => ({
        type: 'custom',
        name,
        itemStyle: { color },
        encode: { x: 0, y: [1, 3] },
        data: bars.map((bar) => [connections.indexOf(bar.connections), bar.median, bar.lowest, bar.highest]),
        renderItem: (_, api) => drawBar(api, { index, of: contenders.length }),
      })),
    } satisfies echarts.EChartsOption);
    return withoutTraces(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** Removes ids and classes for scripts, because their numbers change from chart to chart. */
function withoutTraces(svg: string): string {
  return svg
    .replaceAll(/ (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="visible")/g, '')
    .replace(/<style\b[^]*?<\/style>\n?/, '')
    .replaceAll(/zr\d+-/g, 'chart-');
}
