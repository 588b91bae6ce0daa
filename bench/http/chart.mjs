const BAR = { width: 420, height: 18, left: 270, gap: 6 };
const SCENARIOS = ['does not look', 'reads one key, 2 KB', 'writes one key, 2 KB'];
const COLOURS = { ours: '#1f6feb', peer: '#8b949e' };

const isShown = ({ subject }) => !subject.startsWith('bare') && !subject.includes('HMAC');

/** How fast each is, with bare Nest as the whole width, as an SVG that reads on light and on dark. */
export function chartOf(rows) {
  let y = 10;
  const parts = [];
  for (const platform of [...new Set(rows.map((row) => row.platform))])
    for (const scenario of SCENARIOS) {
      const shown = rows
        .filter((row) => row.platform === platform && row.scenario === scenario && isShown(row))
        .sort((a, b) => b.work.median - a.work.median);
      if (shown.length === 0) continue;
      parts.push(label({ x: 10, y: y + 14, bold: true }, `${platform}: ${scenario}`));
      y += BAR.height + BAR.gap;
      for (const row of shown) {
        parts.push(bar(row, y));
        y += BAR.height + BAR.gap;
      }
      y += 12;
    }
  const width = BAR.left + BAR.width + 60;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="13">\n${parts.join('\n')}\n</svg>\n`;
}

function bar({ subject, work }, y) {
  const width = Math.min(1, work.median) * BAR.width;
  const colour = subject.startsWith('ours') ? COLOURS.ours : COLOURS.peer;
  return [
    label({ x: 24, y: y + 14 }, subject),
    `<rect x="${BAR.left}" y="${y}" width="${BAR.width}" height="${BAR.height}" fill="#8b949e" opacity="0.15"/>`,
    `<rect x="${BAR.left}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" fill="${colour}"/>`,
    label({ x: BAR.left + BAR.width + 8, y: y + 14 }, work.median.toFixed(2)),
  ].join('\n');
}

const label = ({ x, y, bold = false }, text) =>
  `<text x="${x}" y="${y}" fill="#6e7781"${bold ? ' font-weight="bold"' : ''}>${text}</text>`;
