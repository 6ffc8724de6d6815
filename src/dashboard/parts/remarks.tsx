import { Prose } from './prose.tsx';

/** What could not be read; the rest of the page holds. */
export function Remarks({ remarks }: { remarks: readonly { readonly what: string; readonly next: string }[] }) {
  if (remarks.length === 0) return null;
  return (
    <section class="notice remarks" aria-label="Remarks">
      <ul>
        {remarks.map(({ what, next }) => (
          <li key={what}>
            <strong>
              <Prose text={what} />
            </strong>
            <p>
              <Prose text={next} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
