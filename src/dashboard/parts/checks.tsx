import type { Check } from '../../core/dashboard/workloads.ts';
import { Prose } from './prose.tsx';

/** The questions that were asked, in their order; the one that decided says so. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  if (checks.length === 0) return <p class="empty">No check was needed.</p>;
  return (
    <ol class="checks">
      {checks.map(({ check, answer, decisive }) => (
        <li key={check} class={decisive ? 'decisive' : /^(passed|not asked)/.test(answer) ? 'quiet' : undefined}>
          <span class="check">{check}</span>
          <span>
            <Prose text={answer} />
          </span>
        </li>
      ))}
    </ol>
  );
}
