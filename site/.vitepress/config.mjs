// The site: README, docs/, and what they name in examples/, as they lie in the repository. site/build.mjs puts the
// page, the library and the API reference beside them.
import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorOf } from '../anchor.mjs';
import { SIDEBAR } from '../contents.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const base = process.env.SITE_BASE ?? '/';

/** Pages that stand for a folder. */
const REWRITES = {
  'README.md': 'index.md',
  'site/decisions.md': 'docs/decisions/index.md',
  'docs/:name/README.md': 'docs/:name/index.md',
  'examples/:name/README.md': 'examples/:name/index.md',
  'build/api/README.md': 'api/index.md',
  'build/api/:page': 'api/:page',
};

/** A link to a file of the repository that is no page leads to the file itself, which the site has beside the pages. */
function linksToFiles(md) {
  const render = md.renderer.rules.link_open
    ?? ((tokens, k, options, _env, self) => self.renderToken(tokens, k, options));
  md.renderer.rules.link_open = (tokens, k, options, env, self) => {
    const href = tokens[k].attrGet('href');
    if (!/^([a-z]+:|#)/.test(href)) {
      const [path, anchor] = href.split('#');
      const from = posix.dirname(env.relativePath.replace(/^site\//, 'docs/decisions/'));
      const target = posix.normalize(posix.join(from, path));
      const file = join(ROOT, target);
      if (/(^|\/)README\.md$/.test(target)) {
        tokens[k].attrSet('href', href.replace(/README\.md/, 'index.md'));
      } else if (!href.endsWith('/') && existsSync(file) && statSync(file).isDirectory()) {
        tokens[k].attrSet('href', `${href}/`);
      } else if (existsSync(file) && statSync(file).isFile() && !target.endsWith('.md')) {
        tokens[k].attrSet('href', `${base}${target}${anchor === undefined ? '' : `#${anchor}`}`);
        tokens[k].attrSet('target', '_self');
        return self.renderToken(tokens, k, options);
      }
    }
    return render(tokens, k, options, env, self);
  };
}

/** A program that is marked as live gets a button that runs it, a place for what it prints (theme/live.js), and the
 *  element, if it names that. */
function livePrograms(md) {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, k, ...rest) => {
    const html = fence(tokens, k, ...rest);
    if (!/^js (run live$|not run: live on the site)/.test(tokens[k].info.trim())) return html;
    const element = tokens[k].content.includes('voxelith-viewer') ? '<voxelith-viewer></voxelith-viewer>' : '';
    return `<div class="live">${html}<button type="button">Run</button><output></output>${element}</div>`;
  };
}

export default {
  title: 'voxelith',
  description: 'Virtual materials testing of battery cathodes and porous composites',
  lang: 'en',
  base,
  srcDir: ROOT,
  outDir: join(ROOT, 'build/site'),
  cacheDir: join(ROOT, 'build/site-cache'),
  srcExclude: [
    'build/site*/**', 'build/api-pages/**',
    'demo/**', 'dist/**', 'out/**', 'test/**', 'scripts/**', 'assembly/**', 'src/**',
    'examples/*/node_modules/**', 'site/README.md',
  ],
  rewrites: REWRITES,
  cleanUrls: false,
  lastUpdated: false,
  head: [['link', {
    rel: 'icon',
    href: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" '
      + 'fill="%230072b2"/><circle cx="4" cy="4" r="2.4" fill="%23e69f00"/></svg>',
  }]],
  vue: { template: { compilerOptions: { isCustomElement: (name) => name === 'voxelith-viewer' } } },
  markdown: {
    anchor: { slugify: anchorOf },
    config(md) {
      linksToFiles(md);
      livePrograms(md);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: SIDEBAR,
    nav: [
      { text: 'Page', link: '/demo/index.html', target: '_self' },
      { text: 'First steps', link: '/docs/start' },
      { text: 'Questions', link: '/docs/cookbook/' },
      { text: 'Command line', link: '/docs/cli' },
      ...(existsSync(join(ROOT, 'build/api')) ? [{ text: 'API', link: '/api/' }] : []),
    ],
  },
};
