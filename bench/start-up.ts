import { measureNode } from './measure.ts';
import { pairedRatios, type Spread } from './ratios.ts';

/** How long our command line needs to print its version, relative to a Node that does nothing. */
export async function measureStartUp(script: string, rounds: number): Promise<Spread> {
  const [ours, empty]: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const own = await measureNode({ arguments: [script, '--version'] });
    const nothing = await measureNode({ arguments: ['--eval', ''] });
    if (round < 0) continue;
    ours.push(own.seconds);
    empty.push(nothing.seconds);
  }
  return pairedRatios(ours, empty);
}
