// A QR code from its modules, as one path: what it says stays in this page.
const SVG = 'http://www.w3.org/2000/svg';
const QUIET = 4; // light modules around it, as ISO/IEC 18004 wants

// qr draws rows of "0" and "1"; label says to everybody else what it is.
export function qr(rows, label) {
  const size = rows.length + 2 * QUIET;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  svg.setAttribute('class', 'qr');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  svg.setAttribute('shape-rendering', 'crispEdges');
  const path = document.createElementNS(SVG, 'path');
  let d = '';
  rows.forEach((row, y) => {
    for (const run of row.matchAll(/1+/g)) d += `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`;
  });
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
}
