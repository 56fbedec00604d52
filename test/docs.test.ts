// What the pages and comments say of the repository: files, commands, decisions and kernels that they name exist.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TOPICS } from '../demo/topics.js';
import { anchorOf } from '../site/anchor.mjs';
import { SIDEBAR } from '../site/contents.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n').filter((name) => name !== '' && existsSync(join(root, name)));
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const pages = tracked.filter((name) => name.endsWith('.md'));
const sources = tracked.filter((name) => /\.(ts|mts|mjs)$/.test(name));
const decisions = new Set(readdirSync(join(root, 'docs/decisions')).map((name) => name.slice(0, 4)));

/** Headings as the anchors that GitHub makes of them, and anchors that rows of tables have. */
function anchorsOf(page: string): string[] {
  const rows = [...read(page).matchAll(/<a id="([\w-]+)"><\/a>/g)].map(([, id]) => id);
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchorOf(title)).concat(rows);
}

describe('pages', () => {
  it('[law] a link between pages leads to a file, and to a heading that is there', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
        .filter((target) => !/^(https?|mailto):/.test(target))
        .filter((target) => {
          const [file, anchor] = target.split('#');
          const path = file === '' ? page : join(dirname(page), file);
          if (!existsSync(join(root, path))) return true;
          return anchor !== undefined && !anchorsOf(path).includes(anchor);
        })
        .map((target) => `${page}: ${target}`));
    expect(broken).toEqual([]);
  });

  it('[law] the side of the site lists every page of docs/', () => {
    const listed = SIDEBAR.flatMap(({ items }) => items.map(({ link }) => link));
    const wanted = pages.filter((name) => /^docs\/(?!decisions\/)/.test(name))
      .map((name) => `/${name.replace(/README\.md$|\.md$/, '')}`);
    expect(wanted.filter((link) => !listed.includes(link))).toEqual([]);
  });

  it('[law] what the demo page explains is explained on a page', () => {
    const missing = Object.entries(TOPICS).filter(([, target]) => {
      const [page, anchor] = target.split('#');
      return !existsSync(join(root, `docs/${page}.md`)) || !anchorsOf(`docs/${page}.md`).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  it('[law] CONTRIBUTING names commands and files that exist', () => {
    const text = read('CONTRIBUTING.md');
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    const paths = [...text.matchAll(/`((?:assembly|bench|docs|scripts|src|test)\/[\w./-]*)`/g)].map(([, path]) => path);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('decisions', () => {
  it('[law] one that corrects another is later, and both exist', () => {
    const wrong = readdirSync(join(root, 'docs/decisions')).flatMap((name) => {
      const notes = /^\*Corrected by [^]*?\.\*$/m.exec(read(`docs/decisions/${name}`))?.[0] ?? '';
      return [...notes.matchAll(/\[(\d{4})\]/g)].map(([, number]) => number)
        .filter((number) => !decisions.has(number) || number <= name.slice(0, 4)).map((number) => `${name}: ${number}`);
    });
    expect(wrong).toEqual([]);
  });

  it('[law] every decision that sources, pages and other decisions name exists', () => {
    const named = /decisions?[ /](\d{4})\b/g;
    const missing = [...sources, ...pages].flatMap((name) =>
      [...read(name).matchAll(named)].filter(([, number]) => !decisions.has(number))
        .map(([text]) => `${name}: ${text}`));
    expect(missing).toEqual([]);
  });
});

describe('kernels', () => {
  it('[law] every kernel that the core exports is called: by the host, or by tests and benches alone', () => {
    const kernels = [...read('assembly/index.ts').matchAll(/^export \{([^}]*)\}/gm)]
      .flatMap(([, names]) => names.split(',').map((name) => name.trim()).filter((name) => name !== ''));
    expect(kernels.length).toBeGreaterThan(50);
    const callers =
      sources.filter((name) => /^(src\/kernels|test|bench)\//.test(name) && !name.endsWith('docs.test.ts'));
    const text = callers.map(read).join('\n');
    expect(kernels.filter((kernel) => !new RegExp(`['"\`.]${kernel}\\b`).test(text))).toEqual([]);
  });
});
