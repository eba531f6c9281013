// A bar chart as SVG, in a light and a dark version: an image in a README cannot follow the reader's theme by itself.

const THEMES = {
  light: { ink: '#1f2328', muted: '#59636e', line: '#d1d9e0', bar: '#8c959f', ours: '#0969da' },
  dark: { ink: '#f0f6fc', muted: '#9198a1', line: '#3d444d', bar: '#656c76', ours: '#4493f8' },
};
const WIDTH = 760;
const LABELS = 280; // for the labels, left of the bars
const VALUES = 90; // for the values, right of the longest bar
const ROW = 26;
const TOP = 62;

/**
 * Draws a chart for each theme. `bars` are `{ label, value, text, isOurs }`; `ticks` are `{ value, text }` in ascending order,
 * and the axis goes from the first to the last. On a logarithmic axis, equal distances are equal ratios.
 */
export function barCharts({ title, subtitle, bars, ticks, isLogarithmic = false }) {
  const draw = (theme) => svg({ title, subtitle, bars, ticks, isLogarithmic }, THEMES[theme]);
  return { light: draw('light'), dark: draw('dark') };
}

function svg({ title, subtitle, bars, ticks, isLogarithmic }, colors) {
  const scale = isLogarithmic ? Math.log : Number;
  const [low, high] = [scale(ticks[0].value), scale(ticks.at(-1).value)];
  const width = (value) => Math.max(1, ((scale(value) - low) / (high - low)) * (WIDTH - LABELS - VALUES));
  const x = (value) => round(LABELS + width(value));
  const bottom = TOP + bars.length * ROW + 6;
  const description = bars.map(({ label, text }) => `${label}: ${text}`).join('; ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 26}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escapeXml(title)}</title>`,
    `<desc id="d">${escapeXml(description)}</desc>`,
    `<style>text{font:14px system-ui,-apple-system,"Segoe UI",sans-serif;fill:${colors.ink}}.m{fill:${colors.muted};font-size:12px}.b{font-weight:600}</style>`,
    `<text x="0" y="18" class="b">${escapeXml(title)}</text>`,
    `<text x="0" y="38" class="m">${escapeXml(subtitle)}</text>`,
    ...ticks.flatMap(({ value, text }) => [
      `<path d="M${x(value)} ${TOP - 6}V${bottom}" stroke="${colors.line}"/>`,
      `<text x="${x(value)}" y="${bottom + 18}" class="m" text-anchor="middle">${escapeXml(text)}</text>`,
    ]),
    ...bars.flatMap(({ label, value, text, isOurs }, at) => {
      const y = TOP + at * ROW;
      const style = isOurs ? ' class="b"' : '';
      return [
        `<text x="${LABELS - 10}" y="${y + 15}" text-anchor="end"${style}>${escapeXml(label)}</text>`,
        `<rect x="${LABELS}" y="${y + 2}" width="${round(width(value))}" height="${ROW - 8}" rx="2" fill="${isOurs ? colors.ours : colors.bar}"/>`,
        `<text x="${round(LABELS + width(value) + 8)}" y="${y + 15}"${style}>${escapeXml(text)}</text>`,
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
