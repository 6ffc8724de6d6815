import type { Finding } from '../../core/dashboard/workloads.ts';
import { Prose } from './prose.tsx';

/** What the compatibility check found, with what to do about each. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return <p class="empty">Nothing was found that a sidecar would disturb.</p>;
  return (
    <ul class="findings">
      {findings.map(({ code, level, title, evidence, remedy, suppressed }, index) => (
        <li key={`${code} ${index}`} class={suppressed === undefined ? undefined : 'suppressed'}>
          <p>
            <code>{code}</code> <strong>{title}</strong> <span class="quiet">{level}</span>
          </p>
          <p class="quiet">
            <Prose text={evidence} />
          </p>
          <p>
            <Prose text={remedy} />
          </p>
          {suppressed !== undefined && <p class="quiet">Suppressed: {suppressed}</p>}
        </li>
      ))}
    </ul>
  );
}
