import type { Check } from '../../core/dashboard/workloads.ts';
/** The questions that were asked, in their order, down to the one that decided. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  if (checks.length === 0) return <p class="empty">No check was needed.</p>;
  return (
    <ol class="checks">
      {checks.map(({ check, answer, decisive }) => (
        <li key={check} class={decisive ? 'decisive' : undefined}>
          <span class="check">{check}</span>
          <span>
            {answer}
            {decisive && <span class="decided"> decided</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
