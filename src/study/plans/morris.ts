// Trajectories in which one factor moves at a time: elementary effects [Morris 1991].
import { Sequence } from '../../core/sequence.js';
import { MORRIS_DEFAULTS, morrisTrajectories } from '../../numeric/morris.js';
import { axesOf, type PointSettings } from './point-plan.js';
import { rowPlan, type RowPoint } from './rows-plan.js';

export interface MorrisSettings extends PointSettings {
  readonly trajectories: number;
  readonly levels: number;
  readonly candidates: number;
}

const MORRIS_PLAN_DEFAULTS = { trajectories: 10, ...MORRIS_DEFAULTS } as const;

/** "0", "1", …: points along a trajectory; the last one again, with other random numbers. */
export const OTHER_DRAW = 'realisation';

/** The trajectories of a study of so many factors. */
export const trajectoriesOf = (plan: MorrisSettings, seed: number) => morrisTrajectories({
  dimensions: Object.keys(axesOf(plan)).length, trajectories: plan.trajectories, levels: plan.levels,
  candidates: plan.candidates, seed,
});

export const morris = rowPlan<MorrisSettings>({
  name: 'morris',
  title: 'elementary effects along trajectories',
  keys: ['trajectories', 'levels', 'candidates'],
  read(check, map) {
    const base = MORRIS_PLAN_DEFAULTS;
    const trajectories = check.number(
      map.trajectories, ['plan', 'trajectories'], { min: 2, max: 1000, whole: true }, base.trajectories,
    );
    const levels = check.number(map.levels, ['plan', 'levels'], { min: 2, max: 100, whole: true }, base.levels);
    if (levels % 2 === 1) check.fail(['plan', 'levels'], `levels must be an even number, got ${levels}`);
    const candidates = check.number(
      map.candidates, ['plan', 'candidates'], { min: 0, max: 2000, whole: true },
      Math.max(base.candidates, trajectories),
    );
    if (candidates !== 0 && candidates < trajectories) {
      check.fail(['plan', 'candidates'], `${trajectories} trajectories are chosen out of at least as many ` +
        `candidates, got ${candidates}; take more, or 0 to choose none`);
    }
    return { trajectories, levels, candidates };
  },
  rows: ({ trajectories }) => trajectories,
  perRow: (plan, random) => Object.keys(axesOf(plan)).length + (random ? 2 : 1),
  points(plan, random, seed) {
    const all = trajectoriesOf(plan, seed);
    return new Sequence(all.length, (t): readonly RowPoint[] => {
      const { points } = all[t];
      const walk = points.map((point, k): RowPoint => ({ sample: String(k), point, realisation: 0 }));
      return random ? [...walk, { sample: OTHER_DRAW, point: points[points.length - 1], realisation: 1 }] : walk;
    });
  },
});
