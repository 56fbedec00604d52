// Seconds of the demo page in Chromium, from the button to each of its results: `npm run build`, then
//   npm run bench:page -- [edge] [--against FOLDER] [--repeats 3]
// --against times the page of another checkout with its dist as well, in turns.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from '../scripts/engines.mjs';

const { values: { against, repeats }, positionals: [edge = '128'] } = parseArgs({
  allowPositionals: true, options: { against: { type: 'string' }, repeats: { type: 'string', default: '3' } },
});
const roots = ['.', ...(against === undefined ? [] : [against])];
const browser = await launch('chromium');

/** Runs in the page before its scripts: when the worker says what, and how long the page itself was busy at a time. */
function listen() {
  const heard = { replies: [], busy: [] };
  const Plain = Worker;
  globalThis.Worker = class extends Plain {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data: { kind, part } }) => {
        if (kind !== 'progress') heard.replies.push([performance.now(), kind, Object.keys(part ?? {}).join(' ')]);
      });
    }

    postMessage(request, ...rest) {
      if (request.kind === 'task') heard.replies.push([performance.now(), 'task', request.name]);
      super.postMessage(request, ...rest);
    }
  };
  new PerformanceObserver((list) => heard.busy.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ entryTypes: ['longtask'] });
  globalThis.heard = heard;
}

async function timePage(root) {
  const { serve } = await import(pathToFileURL(resolve(root, 'scripts/serve.mjs')).href);
  const server = await serve({ isolated: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.addInitScript(listen);
  await page.goto(`http://localhost:${server.address().port}/demo/#draw.size=${edge}`);
  await page.waitForFunction(() => document.querySelector('main')?.dataset.run === 'ready');
  const found = await page.evaluate(async () => {
    const [main, { heard }] = [document.querySelector('main'), globalThis];
    Object.assign(heard, { replies: [], busy: [] });
    main.dataset.run = 'asked';
    const begin = performance.now();
    document.querySelector('[data-panel=draw] [data-part=submit]').click();
    while (!['done', 'failed', 'cancelled'].includes(main.dataset.run)) await new Promise(requestAnimationFrame);
    const { row } = document.querySelector('[data-panel=measure]').dataset;
    return { heard, begin, ended: main.dataset.run, row };
  });
  await page.close();
  server.close();
  if (found.ended !== 'done') throw new Error(`${root}: the page's run ${found.ended}`);
  const { heard: { replies, busy }, begin } = found;
  const measured = replies.findIndex(([, kind, what]) => kind === 'task' && what === 'measure');
  const after = (ms) => ((ms - begin) / 1000).toFixed(2).padStart(6);
  const solved = replies.filter(([, , what]) => what.startsWith('conduction')).map(([ms]) => after(ms));
  const columns = [
    after(replies[measured - 1][0]), solved[0], solved.at(-1), after(replies.at(-1)[0]),
    (Math.max(0, ...busy) / 1000).toFixed(2).padStart(6),
  ];
  const hash = createHash('sha256').update(found.row).digest('hex').slice(0, 12);
  console.log(`${columns.join(' ')}  ${hash}  ${root}`);
}

console.log(' drawn    M_1  all M    all   busy  descriptors');
for (let run = 0; run < Number(repeats); run++) {
  for (const root of run % 2 === 0 ? roots : [...roots].reverse()) await timePage(root);
}
await browser.close();
