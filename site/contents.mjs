// What the side of the site lists; a test holds it to the pages that there are.
import { readFileSync } from 'node:fs';

const page = (text, file) => ({ text, link: `/${file.replace(/README\.md$|\.md$/, '')}` });

/** Questions, as their pages ask them. */
const QUESTIONS = [
  'which-tortuosity', 'units', 'other-programs', 'reproduce', 'window-size', 'voxel-size', 'segmentation', 'anisotropy',
  'no-percolation', 'memory', 'anisotropic-voxels', 'one-section', 'carbon-binder', 'several-conductors', 'other-tools',
].map((name) => {
  const text = readFileSync(new URL(`../docs/cookbook/${name}.md`, import.meta.url), 'utf8');
  return page(/^# (.*)$/m.exec(text)[1], `docs/cookbook/${name}.md`);
});

export const SIDEBAR = [
  {
    text: 'Begin',
    items: [
      page('What it is', 'README.md'),
      page('From slices to a number', 'docs/start.md'),
      page('From slices to a calibrated model', 'docs/tutorials/calibrated-model.md'),
      page('From a model to a law', 'docs/tutorials/law.md'),
      page('From an image to rate capability', 'docs/tutorials/rate-capability.md'),
      page('Live', 'docs/live.md'),
      page('Gallery', 'docs/gallery.md'),
    ],
  },
  {
    text: 'Questions',
    collapsed: true,
    link: '/docs/cookbook/',
    items: [page('All questions', 'docs/cookbook/README.md'), ...QUESTIONS],
  },
  {
    text: 'Guides',
    items: [
      page('Images and segmentation', 'docs/import.md'),
      page('Calibration', 'docs/calibration.md'),
      page('Studies and laws', 'docs/studies.md'),
      page('Designs', 'docs/design.md'),
      page('From Python, in Jupyter', 'docs/jupyter.md'),
      page('Cells', 'docs/cell.md'),
      page('Conduction networks', 'docs/networks.md'),
      page('The solver', 'docs/solver.md'),
      page('The page', 'docs/page.md'),
      page('In your page', 'docs/bundlers.md'),
      page('On your server', 'docs/deploy.md'),
      page('Viewer in your page', 'docs/viewer.md'),
    ],
  },
  {
    text: 'Reference',
    items: [
      page('Command line', 'docs/cli.md'),
      page('Conventions', 'docs/conventions.md'),
      page('Glossary', 'docs/glossary.md'),
    ],
  },
  {
    text: 'Evidence',
    items: [
      page('How accurate is M?', 'docs/accuracy.md'),
      page('Published values', 'docs/published.md'),
      page('Performance', 'docs/performance.md'),
      page('Architecture', 'docs/architecture.md'),
      page('Decisions', 'docs/decisions/README.md'),
      page('Changelog', 'CHANGELOG.md'),
      page('Contributing', 'CONTRIBUTING.md'),
    ],
  },
];
