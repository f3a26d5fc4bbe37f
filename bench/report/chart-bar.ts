import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';

export const INK = '#24292f';
/** Pixels between the value and the bar, or its whisker, below. */
const LABEL_GAP = 4;
const WHISKER_SHARE = 0.3;

/**
 * Draws a bar, a whisker if the rounds differ, and the value above. The data are category, median, lowest and
 * highest value.
 */
export function drawBar(
  api: CustomSeriesRenderItemAPI,
  { index, of }: { index: number; of: number },
): CustomSeriesRenderItemReturn {
  const [category, middle, lowest, highest] = [0, 1, 2, 3].map((dimension) => Number(api.value(dimension)));
  const place = api.barLayout({ count: of, barCategoryGap: '22%', barGap: '8%' })?.[index];
  const at = (value = 0) => api.coord([category ?? 0, value])[1] ?? 0;
  const x = (api.coord([category ?? 0, 0])[0] ?? 0) + (place?.offsetCenter ?? 0);
  const width = place?.width ?? 0;
  const cap = width * WHISKER_SHARE;
  const [low, high] = [at(lowest), at(highest)];
  const line = (shape: { x1: number; y1: number; x2: number; y2: number }) => ({
    type: 'line' as const,
    shape,
    style: { stroke: INK, lineWidth: 1.2 },
  });
  const whisker = [
    line({ x1: x, y1: low, x2: x, y2: high }),
    line({ x1: x - cap / 2, y1: low, x2: x + cap / 2, y2: low }),
    line({ x1: x - cap / 2, y1: high, x2: x + cap / 2, y2: high }),
  ];
  return {
    type: 'group',
    children: [
      {
        type: 'rect',
        shape: { x: x - width / 2, y: at(middle), width, height: at() - at(middle) },
        style: { fill: String(api.visual('color')) },
      },
      ...(lowest === highest ? [] : whisker),
      {
        type: 'text',
        style: {
          text: shown(middle ?? 0),
          x,
          y: high - LABEL_GAP,
          align: 'center',
          verticalAlign: 'bottom',
          fill: INK,
          fontSize: 12,
        },
      },
    ],
  };
}

export function shown(value: number): string {
  return Math.round(value).toLocaleString('en');
}
