import { eulerNumbers, eulerNumbersPlan } from '../euler-number.js';
import type { PhaseDescription } from '../description.js';
import type { Descriptor } from '../descriptor.js';
import { perPhase } from '../quantity.js';

export const eulerNumberDescriptor: Descriptor = {
  name: 'eulerNumber',
  also: ['eulerDensity', 'meanCurvatureDensity'],
  title: 'Euler number (6, 26 neighbours), its density and that of mean curvature',
  source: '2×2×2 cells; curvature by Crofton (Ohser, Nagel, Schladitz 2009, Image Anal. Stereol. 28:179)',
  plan: eulerNumbersPlan,
  async fill({ session, volume, request, result }, run) {
    for (
      const { phase, eulerNumber, eulerDensity, meanCurvatureDensity } of
        await eulerNumbers(session, volume, { phases: request.phases }, run)
    ) {
      Object.assign(result.phases[phase], { eulerNumber, eulerDensity, meanCurvatureDensity });
    }
  },
  quantities: [
    ...([6, 26] as const).flatMap((n) => {
      const more = { suffix: n === 6 ? '' : `In${n}`, absent: 0 } as const;
      const density = (phase: PhaseDescription) => (phase.eulerDensity === null ? null : phase.eulerDensity?.[n]);
      return [
        perPhase('eulerNumber', `Euler number (${n} neighbours)`, 'none', (phase) => phase.eulerNumber?.[n], more),
        perPhase('eulerDensity', `Euler number per volume (${n} neighbours)`, 'perVolume', density, more),
      ];
    }),
    perPhase(
      'meanCurvatureDensity', 'mean curvature per volume', 'perArea', (phase) => phase.meanCurvatureDensity,
      { absent: 0 },
    ),
  ],
};
