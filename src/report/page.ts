// The page around a report: one file, no request, no script.
import { escape } from './html.js';

/** Phase colours, distinguishable with every common colour vision (blue, orange, grey differ in lightness as well). */
export const PHASE_COLOURS = {
  1: { light: '#0b6fb3', dark: '#5ab2ee', slice: [43, 131, 193] },
  2: { light: '#b86a00', dark: '#f0a93b', slice: [236, 165, 62] },
  3: { light: '#5d6673', dark: '#a3acb9', slice: [236, 238, 241] },
} as const;

const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--card:#f6f7f9;--text:#1a2029;--muted:#59626f;--line:#d8dce2;--grid:#e8ebef;
--p1:${PHASE_COLOURS[1].light};--p2:${PHASE_COLOURS[2].light};--p3:${PHASE_COLOURS[3].light};--warn:#8a4b00;\
--warnbg:#fdf3e3}
@media (prefers-color-scheme:dark){:root{--bg:#13161b;--card:#1b2027;--text:#e7eaef;--muted:#a2abb8;--line:#363e4a;\
--grid:#272d36;
--p1:${PHASE_COLOURS[1].dark};--p2:${PHASE_COLOURS[2].dark};--p3:${PHASE_COLOURS[3].dark};--warn:#f3c583;\
--warnbg:#2b2316}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);\
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:40px 24px 64px}
header p.kind{margin:0;color:var(--muted);font-size:.8rem;letter-spacing:.09em;text-transform:uppercase}
h1{font-size:2.1rem;line-height:1.15;margin:.2em 0 .35em;letter-spacing:-.015em}
.lead{font-size:1.1rem;max-width:52em;margin:0 0 1.4em}
h2{font-size:1.35rem;margin:2.6em 0 .5em;padding-top:.9em;border-top:1px solid var(--line);letter-spacing:-.01em}
h3{font-size:1.02rem;margin:1.6em 0 .5em}
p{max-width:52em}.note{color:var(--muted);font-size:.9rem}
.warn{background:var(--warnbg);color:var(--warn);padding:.7em 1em;border-radius:6px;max-width:none}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:0;padding:0}
.tiles div{background:var(--card);border-radius:8px;padding:12px 14px}
.tiles dt{color:var(--muted);font-size:.8rem}.tiles dd{margin:0;font-size:1.3rem;font-weight:600;\
font-variant-numeric:tabular-nums;line-height:1.3}
.tiles dd small{font-size:.8rem;font-weight:400;color:var(--muted);display:block}
.grid{display:grid;gap:22px 20px;grid-template-columns:repeat(var(--n,3),minmax(0,1fr))}
a{color:var(--p1)}
figure{margin:0;min-width:0}figure svg{display:block;width:100%;height:auto}
figcaption{font-size:.85rem;line-height:1.4;color:var(--muted);margin-top:4px}
figcaption b{color:var(--text);display:block;font-size:.92rem}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:.4em 0 .9em;padding:0;list-style:none;font-size:.88rem;\
color:var(--muted)}
.legend li{display:flex;align-items:center;gap:7px}.legend svg{width:16px;height:16px;flex:none}
.swatch{width:13px;height:13px;border-radius:3px;border:1px solid var(--line)}
.scroll{overflow-x:auto;margin:.8em 0 1.4em}
table{border-collapse:collapse;min-width:60%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.88rem;padding-bottom:.5em;max-width:60em}
th,td{padding:5px 10px;border-bottom:1px solid var(--grid);text-align:right;white-space:nowrap}
th:first-child{text-align:left;padding-left:0}thead th{color:var(--muted);font-weight:500;\
border-bottom:1px solid var(--line);vertical-align:bottom}
tbody th{font-weight:500}td.l,th.l{text-align:left}sub,sup{font-size:.72em;line-height:0}tr.group th{padding-top:14px;\
border-bottom:0;font-weight:600}
tbody th small{display:block;font-weight:400;color:var(--muted);font-size:.8rem;white-space:normal;max-width:34em}\
td.l{white-space:normal}
.bar{display:inline-block;height:9px;border-radius:2px;vertical-align:baseline;margin-right:6px}
dl.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 20px;font-size:.9rem}
dl.facts dt{color:var(--muted)}dl.facts dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
svg text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--muted);\
font-variant-numeric:tabular-nums}
svg .label{fill:var(--text);font-size:12px}svg .title{fill:var(--text);font-weight:600;font-size:13px}
svg .gridline{stroke:var(--grid)}svg .axis{stroke:var(--line)}svg .one{stroke:var(--muted);stroke-dasharray:4 3;\
fill:none}
svg .p1{--c:var(--p1)}svg .p2{--c:var(--p2)}svg .p3{--c:var(--p3)}svg .p0{--c:var(--muted)}
svg .train{fill:none;stroke:var(--c);stroke-opacity:.55}svg .test{fill:var(--c);fill-opacity:.85;stroke:var(--bg);\
stroke-width:.6}
svg .fill{fill:var(--c)}svg .line{fill:none;stroke:var(--c);stroke-width:1.8;stroke-linejoin:round}\
svg .band{fill:var(--c);fill-opacity:.13}\
svg .error{fill:none;stroke:var(--c);stroke-opacity:.6}svg .range{stroke:var(--c);stroke-width:2.5}
footer{margin-top:3em;color:var(--muted);font-size:.85rem;border-top:1px solid var(--line);padding-top:1em}
@media (max-width:860px){.grid{grid-template-columns:repeat(min(2,var(--n,2)),minmax(0,1fr))}}
@media (max-width:560px){main{padding:24px 14px}.grid{grid-template-columns:minmax(0,1fr)}h1{font-size:1.6rem}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#f6f7f9;--text:#000;--muted:#444;--line:#bbb;--grid:#e4e4e4;
--p1:${PHASE_COLOURS[1].light};--p2:${PHASE_COLOURS[2].light};--p3:${PHASE_COLOURS[3].light}}
body{font-size:10.5pt}main{max-width:none;padding:0}figure,table,.tiles{break-inside:avoid}h2,h3{break-after:avoid}
.grid{grid-template-columns:repeat(min(3,var(--n,3)),minmax(0,1fr))}*{print-color-adjust:exact;\
-webkit-print-color-adjust:exact}}
`;

/** A complete document. `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escape(title)}</title><style>${STYLE}</style></head>
<body><main>
${body}
</main></body></html>
`;
}
