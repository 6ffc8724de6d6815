import type { Hook } from '../../src/core/admission/hook.ts';

/** The values of one counter by its labels, written as they stand in the Prometheus text, from a running `pillion serve`. */
export async function counterOf(
  opsPort: number,
  name: string,
  host = '127.0.0.1',
): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://${host}:${opsPort}/metrics`);
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith(`${name}{`));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf('}');
      return [line.slice(name.length, end + 1), Number(line.slice(end + 2))];
    }),
  );
}

/** How often a hook was called since the process started. */
export async function callsOf(opsPort: number, hook: Hook): Promise<number> {
  const decisions = await counterOf(opsPort, 'pillion_admission_decisions_total');
  return [...decisions]
    .filter(([labels]) => labels.includes(`hook="${hook}"`))
    .reduce((sum, [, count]) => sum + count, 0);
}
