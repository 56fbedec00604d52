// Follows every link of the built site: files and anchors that a page names are there. With the --base of the build.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const SITE = fileURLToPath(new URL('../build/site', import.meta.url));
const { values: { base } } = parseArgs({ options: { base: { type: 'string', default: '/' } } });

const pages = readdirSync(SITE, { recursive: true }).filter((name) => name.endsWith('.html'));
/** Attributes of tags, scripts and what only looks like a tag in them left out. */
const tagsOf = (html) => html.replace(/<script\b[^]*?<\/script>/g, '').matchAll(/<[a-z][^<>]*>/gi);
const attributes = (tag, name) =>
  [...tag.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value]) => value.replaceAll('&amp;', '&'));
const contents = new Map(pages.map((page) => {
  const tags = [...tagsOf(readFileSync(join(SITE, page), 'utf8'))].map(([tag]) => tag);
  return [page, {
    ids: new Set(tags.flatMap((tag) => [...attributes(tag, 'id'), ...attributes(tag, 'name')])),
    links: tags.flatMap((tag) => [...attributes(tag, 'href'), ...attributes(tag, 'src')]),
  }];
}));

/** Why a link of a page leads nowhere; null where it leads somewhere, or out of the site. */
function wrong(page, link) {
  if (/^([a-z][a-z+.-]*:|\/\/)/i.test(link)) return null;
  const [path, anchor = ''] = link.split('#');
  const absolute = path.startsWith('/');
  if (absolute && !path.startsWith(base)) return 'outside of the base';
  const place = absolute ? path.slice(base.length) : posix.join(posix.dirname(page), path);
  const file = decodeURIComponent(path === '' ? page : place).replace(/[?].*$/, '');
  const found = [file, posix.join(file, 'index.html')].find((name) => {
    const full = join(SITE, name);
    return existsSync(full) && statSync(full).isFile();
  });
  if (found === undefined) return 'no such file';
  const target = contents.get(posix.normalize(found));
  const id = decodeURIComponent(anchor);
  return id === '' || target === undefined || target.ids.has(id) ? null : 'no such anchor';
}

const broken = [...contents].flatMap(([page, { links }]) =>
  [...new Set(links)].map((link) => [link, wrong(page, link)]).filter(([, why]) => why !== null)
    .map(([link, why]) => `${page}: ${link}: ${why}`));
if (pages.length < 20) broken.push(`${SITE}: ${pages.length} pages; build the site first`);
process.stdout.write(`${[...broken, `${pages.length} pages, ${broken.length} broken links`].join('\n')}\n`);
process.exitCode = broken.length > 0 ? 1 : 0;
