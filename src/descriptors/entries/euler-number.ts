import { eulerNumbers, eulerNumbersPlan } from '../euler-number.js';
import { perPhase, type Descriptor } from '../descriptor.js';

export const eulerNumberDescriptor: Descriptor = {
  name: 'eulerNumber',
  also: ['eulerDensity', 'meanCurvatureDensity'],
  title: 'Euler number (6, 26 neighbours), its density and that of mean curvature',
  plan: eulerNumbersPlan,
  async fill({ session, volume, request, result }, run) {
    for (
      const { phase, eulerNumber, eulerDensity, meanCurvatureDensity } of
        await eulerNumbers(session, volume, request, run)
    ) {
      Object.assign(result.phases[phase], { eulerNumber, eulerDensity, meanCurvatureDensity });
    }
  },
  row: (d) => [
    ...([6, 26] as const).flatMap((n) => {
      const suffix = n === 6 ? '' : `In${n}`;
      return [
        ...perPhase(d, 'eulerNumber', 'none', (phase) => phase.eulerNumber?.[n], suffix),
        ...perPhase(
          d, 'eulerDensity', 'perVolume', (phase) => (phase.eulerDensity === null ? null : phase.eulerDensity?.[n]),
          suffix,
        ),
      ];
    }),
    ...perPhase(d, 'meanCurvatureDensity', 'perArea', (phase) => phase.meanCurvatureDensity),
  ],
};
