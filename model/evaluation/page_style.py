"""The style sheet of the report page."""

from __future__ import annotations

STYLE = """
:root {
  --ink: #1c2024; --soft: #60666e; --line: #e3e6ea; --paper: #ffffff; --wash: #f6f7f9;
  --good: #1a7f4b; --bad: #c0362c; --none: #8a9099;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e9ecef; --soft: #a1a8b0; --line: #343a41; --paper: #16191c; --wash: #1e2226;
    --good: #4cc38a; --bad: #ff8478; --none: #8a9099;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1120px; padding: 32px 20px 80px;
  background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
}
h1 { font-size: 28px; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 20px; margin: 48px 0 12px; }
h3 { font-size: 15px; margin: 28px 0 8px; }
p { margin: 6px 0; max-width: 75ch; }
.soft { color: var(--soft); }
.banner { border-left: 4px solid #d59b1c; background: var(--wash); padding: 10px 14px; margin: 16px 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft); vertical-align: bottom; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; white-space: nowrap; }
td.off { color: var(--bad); font-weight: 600; }
td.small { font-size: 13px; color: var(--soft); }
td img { display: block; width: 128px; border-radius: 3px; }
.pill {
  display: inline-block; min-width: 78px; text-align: center; border-radius: 99px; padding: 1px 10px;
  font-size: 13px; font-weight: 600; color: var(--paper);
}
.pill.good { background: var(--good); }
.pill.bad { background: var(--bad); }
.pill.none { background: var(--none); }
.family { font-size: 12px; font-weight: 400; color: var(--soft); }
img.sheet { max-width: 100%; height: auto; display: block; background: #fff; border-radius: 4px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 20px 28px; }
figure { margin: 0; max-width: 560px; }
figcaption { font-size: 13px; color: var(--soft); }
.legend span { margin-left: 10px; white-space: nowrap; }
.key { display: inline-block; width: 14px; height: 3px; margin-right: 4px; vertical-align: middle; }
.chart { width: 100%; height: auto; }
.tick { font-size: 11px; fill: var(--soft); }
.grid { stroke: var(--line); }
.limit { stroke: var(--bad); stroke-dasharray: 5 4; opacity: 0.7; }
.curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.curve.faint { stroke-width: 1; opacity: 0.25; }
.red { stroke: #e5484d; } i.red { background: #e5484d; }
.green { stroke: #30a46c; } i.green { background: #30a46c; }
.blue { stroke: #3e7bfa; } i.blue { background: #3e7bfa; }
.saturation { stroke: #b05bd6; } i.saturation { background: #b05bd6; }
.sharpness { stroke: #d59b1c; } i.sharpness { background: #d59b1c; }
.mean { stroke: var(--ink); } i.mean { background: var(--ink); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 12px 0; }
dt { color: var(--soft); }
dd { margin: 0; max-width: 85ch; }
"""
