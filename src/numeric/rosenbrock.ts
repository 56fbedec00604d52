// Linearly implicit Runge-Kutta methods of Rosenbrock's kind for M ẏ = r(y), stiff or with algebraic rows (M diagonal,
// with zeros): every stage solves one linear system with the exact Jacobian, no iteration, nothing to tune. What is
// linear in y and conserved by r, is conserved by the steps to rounding. G. Wanner, E. Hairer, Solving Ordinary
// Differential Equations II, § IV.7 and VI.4.
//
//   (M/(γh) − J) Uᵢ = r(y₀ + Σ aᵢⱼ Uⱼ) + M Σ (cᵢⱼ/h) Uⱼ,   y₁ = y₀ + Σ a Uⱼ + U_s, the last stage being the error

/** What is integrated, and its linear algebra. */
export interface StiffSystem {
  /** Unknowns. */
  readonly size: number;
  /** Diagonal of M. */
  readonly mass: Float64Array;
  /** r(y). */
  derivative(y: Float64Array, r: Float64Array): void;
  /** Keeps J = ∂r/∂y at y. */
  linearise(y: Float64Array): void;
  /** Factors s·M − J. */
  factor(s: number): void;
  /** x with (s·M − J) x = b, in place of b. */
  solve(b: Float64Array): void;
}

/** Coefficients of a Rosenbrock method, as its paper writes them. */
export interface RosenbrockMethod {
  readonly name: string;
  /** p: errors of a run go with the p-th power of the steps. */
  readonly order: number;
  /** γ, the same in all stages. */
  readonly gamma: number;
  /** Rows of aᵢⱼ from the second stage on. */
  readonly a: readonly (readonly number[])[];
  /** Rows of cᵢⱼ from the second stage on. */
  readonly c: readonly (readonly number[])[];
  /** Dense output: y(θ) = (1−θ)y₀ + θ(y₁ + (1−θ)(k₁ + θ(k₂ + θ k₃))), kₘ = Σ hₘⱼ Uⱼ. */
  readonly dense: readonly (readonly number[])[];
}

/** Order 5(4), L-stable, for parabolic problems and index 1. G. Steinebach, BIT 63 (2023) 27. */
export const RODAS5P: RosenbrockMethod = {
  name: 'RODAS5P',
  order: 5,
  gamma: 0.21193756319429014,
  a: [
    [3],
    [2.849394379747939, 0.45842242204463923],
    [-6.954028509809101, 2.489845061869568, -10.358996098473584],
    [2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641],
    [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946],
    [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946, 1],
    [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946, 1, 1],
  ],
  c: [
    [-14.155112264123755],
    [-17.97296035885952, -2.859693295451294],
    [147.12150275711716, -1.41221402718213, 71.68940251302358],
    [165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306],
    [24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471],
    [30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623,
      -28.087943162872662],
    [37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002,
      -54.66780262877968, -9.48861652309627],
  ],
  dense: [
    [25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204, 0.524948541321073,
      1.1241088310450404, 0.4272876194431874, -0.17202221070155493],
    [-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796, 20.176138334709044,
      15.98066361424651, -6.789040303419874, -6.710236069923372],
    [11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643, -52.072871366152654,
      -59.78993625266729, -0.15582684282751913, 4.883087185713722],
  ],
};

/** One step from y₀ to y₁. */
export interface Step {
  /** s since the run began. */
  readonly start: number;
  /** Length, s. */
  readonly width: number;
  /** State at its start. */
  readonly y0: Float64Array;
  /** State at its end. */
  readonly y1: Float64Array;
  /** k₁, k₂, k₃ of the dense output. */
  readonly dense: readonly Float64Array[];
  /** Last stage: what y₁ differs by from the method one order below. */
  readonly error: Float64Array;
}

/** Component `at` of a step at θ in [0, 1]. */
export function denseComponent({ y0, y1, dense: [k1, k2, k3] }: Step, at: number, theta: number): number {
  const rest = 1 - theta;
  return rest * y0[at] + theta * (y1[at] + rest * (k1[at] + theta * (k2[at] + theta * k3[at])));
}

/** The whole state at θ. */
export function denseState(step: Step, theta: number): Float64Array {
  const state = new Float64Array(step.y0.length);
  for (let at = 0; at < state.length; at++) state[at] = denseComponent(step, at, theta);
  return state;
}

/** Takes steps; owns the work space of one system. */
export class Rosenbrock {
  private readonly stages: Float64Array[];
  private readonly trial: Float64Array;
  /** Σ (cᵢⱼ/h) Uⱼ of a stage. */
  private readonly history: Float64Array;
  private linearisedAt: Float64Array | null = null;
  /** r of the state last looked at. */
  private readonly slopes: Float64Array;
  private slopesAt: Float64Array | null = null;

  constructor(readonly system: StiffSystem, readonly method: RosenbrockMethod) {
    this.stages = Array.from({ length: method.a.length + 1 }, () => new Float64Array(system.size));
    this.trial = new Float64Array(system.size);
    this.history = new Float64Array(system.size);
    this.slopes = new Float64Array(system.size);
  }

  /** r(y), which the step from y begins with and does not ask for again. @param y not to be changed any more */
  derivativeAt(y: Float64Array): Float64Array {
    if (this.slopesAt !== y) this.system.derivative(y, this.slopes);
    this.slopesAt = y;
    return this.slopes;
  }

  /** The step of width h from y₀ at time `start`; whether it is good enough is the caller's matter. */
  step(y0: Float64Array, start: number, h: number): Step {
    const { system, method: { gamma, a, c, dense }, stages, trial, history } = this;
    const { size, mass } = system;
    if (this.linearisedAt !== y0) {
      system.linearise(y0);
      this.linearisedAt = y0;
    }
    system.factor(1 / (gamma * h));
    stages.forEach((stage, i) => {
      if (i > 1 && goesOn(a[i - 2], a[i - 1])) addMultiple(trial, a[i - 1][i - 1], stages[i - 1]);
      else {
        trial.set(y0);
        for (let j = 0; j < i; j++) addMultiple(trial, a[i - 1][j], stages[j]);
      }
      if (i === 0) stage.set(this.derivativeAt(y0));
      else system.derivative(trial, stage);
      history.fill(0);
      for (let j = 0; j < i; j++) addMultiple(history, c[i - 1][j] / h, stages[j]);
      for (let k = 0; k < size; k++) stage[k] += mass[k] * history[k];
      system.solve(stage);
    });
    const error = stages[stages.length - 1].slice();
    const y1 = trial.slice();
    addMultiple(y1, 1, error);
    const weighted = dense.map((row) => {
      const sum = new Float64Array(size);
      row.forEach((factor, j) => addMultiple(sum, factor, stages[j]));
      return sum;
    });
    return { start, width: h, y0, y1, dense: weighted, error };
  }
}

/** Whether a row of aᵢⱼ is the one before it with one more entry: the stage begins where that one ended. */
const goesOn = (before: readonly number[], row: readonly number[]): boolean =>
  before.every((value, j) => value === row[j]);

function addMultiple(sum: Float64Array, factor: number, other: Float64Array): void {
  if (factor === 0) return;
  for (let k = 0; k < sum.length; k++) sum[k] += factor * other[k];
}
