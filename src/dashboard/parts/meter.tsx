import { number, percent } from './moment.ts';

/** How much of how many, as a bar and in words. */
export function Meter({ part, of, label }: { part: number; of: number; label: string }) {
  const share = of === 0 ? 0 : part / of;
  return (
    <div class="meter-row">
      {/* the words beside it say the same */}
      <div class="meter" aria-hidden="true">
        <div class="fill" style={{ width: `${Math.min(100, share * 100)}%` }} />
      </div>
      <span class="meter-words">
        {of === 0 ? `no ${label}` : `${percent(share)} · ${number(part)} of ${number(of)} ${label}`}
      </span>
    </div>
  );
}
