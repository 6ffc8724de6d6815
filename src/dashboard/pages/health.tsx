import type { Overview } from '../../core/dashboard/overview.ts';
import { Badge } from '../parts/badge.tsx';
import { Prose } from '../parts/prose.tsx';
import { capital } from '../parts/sentence.ts';

type Part = Overview['health'][number];

const WORST_FIRST: readonly Part['state'][] = ['bad', 'warning', 'unknown', 'good'];

/** The parts of Pillion, what is wrong before what is well. */
export const worstFirst = (parts: readonly Part[]): readonly Part[] =>
  parts.toSorted((one, other) => WORST_FIRST.indexOf(one.state) - WORST_FIRST.indexOf(other.state));

/** How Pillion itself is, with what to do where it is not well. */
export function Health({ parts }: { parts: readonly Part[] }) {
  return (
    <section class="card" aria-labelledby="health">
      <h2 id="health">Health</h2>
      <ul class="states">
        {worstFirst(parts).map(({ part, state, says, next }, index) => (
          <li key={`${part} ${index}`}>
            <Badge state={state} />
            <div>
              <strong>{capital(part)}</strong> <Prose text={says} />
              {next !== undefined && (
                <p class="quiet">
                  <Prose text={next} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
