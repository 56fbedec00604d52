// An error bar in words.
import { checkArguments, has } from '../../core/arguments.js';
import { significant } from '../../core/text.js';
import type { ConductResult } from '../conduct-result.js';
import type { Uncertainty } from './result.js';

/** Warnings that say why a result has no error bar; none where it has one, or was not asked for one. */
export function noErrorBar({ axis, uncertainty }: Pick<ConductResult, 'axis' | 'uncertainty'>): string[] {
  return (uncertainty?.reasons ?? []).map((reason) => `no error bar of M along ${axis}: ${reason}`);
}

/** An error bar in digits: one of the half width, two where the first is 1, and as many decimals of the value.
 *  @param unit what the values are multiplied by
 *  @returns "0.171 ± 0.008" and "voxels 0.002, window 0.007, solver 1e-5"; null where there is no error bar */
export function errorBar(
  uncertainty: Uncertainty, unit = 1,
): { readonly value: string; readonly parts: string } | null {
  checkArguments('errorBar', { uncertainty: [uncertainty, has<Uncertainty>('parts')], unit: [unit, 'number'] });
  const { value, plusMinus, parts } = uncertainty;
  if (value === null || plusMinus === null) return null;
  const [mantissa, exponent] = (plusMinus * unit).toExponential(1).split('e');
  const decimals = Math.min(20, Math.max(0, (mantissa.startsWith('1') ? 1 : 0) - Number(exponent)));
  const each = [['voxels', parts.voxels], ['window', parts.window], ['solver', parts.solver]] as const;
  return {
    value: `${(value * unit).toFixed(decimals)} ± ${(plusMinus * unit).toFixed(decimals)}`,
    parts: each.map(([name, part]) => `${name} ${significant((part ?? 0) * unit, 1)}`).join(', '),
  };
}

/** "M of the material along z: 0.171 ± 0.008 (voxels 0.002, window 0.007, solver 1e-5)", or why there is no such
 *  number; empty where nobody asked. */
export function errorBarLines(result: Pick<
  ConductResult, 'axis' | 'mFactor' | 'referenceConductivity' | 'uncertainty'
>): string[] {
  const { axis, mFactor, referenceConductivity, uncertainty } = result;
  if (uncertainty === undefined) return [];
  const bar = errorBar(uncertainty, mFactor === null ? referenceConductivity : 1);
  if (bar === null) return noErrorBar(result);
  return [`${mFactor === null ? 'σ_eff' : 'M'} of the material along ${axis}: ${bar.value} (${bar.parts})`];
}
