// An expression as a list of steps on numbers, and its exact derivatives by all coefficients in one pass backwards
// (reverse-mode automatic differentiation): one value and one gradient cost a few times the expression itself,
// however many coefficients there are.
import { exp, log, pow } from '../numeric/elementary.js';
import type { Expression, FunctionName, Operator } from './expression.js';
import type { FormulaSample } from './sample.js';

/** What a name stands for: a column of the sample, or the coefficient of this number. */
export type Meaning = { readonly column: string } | { readonly coefficient: number };

type Step =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'coefficient'; readonly index: number }
  | { readonly kind: FunctionName; readonly a: number }
  | { readonly kind: Operator; readonly a: number; readonly b: number };

export interface Tape {
  value(coefficients: ArrayLike<number>, sample: FormulaSample): number;
  /** ∂value/∂coefficients into `out`; returns the value. */
  gradient(coefficients: ArrayLike<number>, sample: FormulaSample, out: Float64Array): number;
}

/** @param meaning of every name in the expression */
export function tapeOf(expression: Expression, meaning: (name: Expression & { kind: 'name' }) => Meaning): Tape {
  const steps: Step[] = [];
  /** Whether a step depends on a coefficient; others need no derivative. */
  const free: boolean[] = [];
  const push = (step: Step, depends: boolean): number => {
    free.push(depends);
    return steps.push(step) - 1;
  };
  const add = (node: Expression): number => {
    if (node.kind === 'number') return push(node, false);
    if (node.kind === 'name') {
      const found = meaning(node);
      return 'column' in found
        ? push({ kind: 'column', column: found.column }, false)
        : push({ kind: 'coefficient', index: found.coefficient }, true);
    }
    if (node.kind === 'call') {
      const a = add(node.of);
      return push({ kind: node.name, a }, free[a]);
    }
    const a = add(node.left);
    const b = add(node.right);
    return push({ kind: node.operator, a, b }, free[a] || free[b]);
  };
  const last = add(expression);
  const v = new Float64Array(steps.length);
  const slope = new Float64Array(steps.length);

  const value = (coefficients: ArrayLike<number>, sample: FormulaSample): number => {
    for (let k = 0; k <= last; k++) {
      const step = steps[k];
      switch (step.kind) {
        case 'number': v[k] = step.value; break;
        case 'column': v[k] = sample[step.column]; break;
        case 'coefficient': v[k] = coefficients[step.index]; break;
        case 'exp': v[k] = exp(v[step.a]); break;
        case 'log': v[k] = log(v[step.a]); break;
        case 'sqrt': v[k] = Math.sqrt(v[step.a]); break;
        case '+': v[k] = v[step.a] + v[step.b]; break;
        case '-': v[k] = v[step.a] - v[step.b]; break;
        case '*': v[k] = v[step.a] * v[step.b]; break;
        case '/': v[k] = v[step.a] / v[step.b]; break;
        case '^': v[k] = pow(v[step.a], v[step.b]); break;
      }
    }
    return v[last];
  };
  return {
    value,
    gradient(coefficients, sample, out) {
      const result = value(coefficients, sample);
      out.fill(0);
      slope.fill(0);
      slope[last] = 1;
      for (let k = last; k >= 0; k--) {
        const [step, s] = [steps[k], slope[k]];
        if (!free[k] || s === 0) continue;
        switch (step.kind) {
          case 'coefficient': out[step.index] += s; break;
          case 'exp': slope[step.a] += s * v[k]; break;
          case 'log': slope[step.a] += s / v[step.a]; break;
          case 'sqrt': slope[step.a] += s / (2 * v[k]); break;
          case '+': slope[step.a] += s; slope[step.b] += s; break;
          case '-': slope[step.a] += s; slope[step.b] -= s; break;
          case '*': slope[step.a] += s * v[step.b]; slope[step.b] += s * v[step.a]; break;
          case '/': slope[step.a] += s / v[step.b]; slope[step.b] -= (s * v[k]) / v[step.b]; break;
          case '^':
            if (free[step.a]) slope[step.a] += s * v[step.b] * pow(v[step.a], v[step.b] - 1);
            // 0^b is 0 for every b above 0.
            if (free[step.b] && v[step.a] !== 0) slope[step.b] += s * v[k] * log(v[step.a]);
            break;
        }
      }
      return result;
    },
  };
}
