import type { Trouble } from '../api/trouble.ts';
import { hrefOf } from '../route.ts';
import { Prose } from './prose.tsx';

/** Something that went wrong, where it went wrong, with what to do and a way to try again. */
export function TroubleNotice({
  trouble,
  of,
  again,
  repeats = false,
}: {
  trouble: Trouble;
  of: string;
  again?: (() => void) | undefined;
  /** Whether what passes is asked again without a click. */
  repeats?: boolean;
}) {
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{of}:</strong> {trouble.what} {trouble.said !== undefined && <span>{trouble.said}</span>}
      </p>
      <p>
        <Prose text={trouble.next} />
      </p>
      {trouble.isRight && (
        <p>
          <a href={hrefOf('workloads')}>Workloads</a> and <a href={hrefOf('namespaces')}>namespaces</a> show what you
          may list.
        </p>
      )}
      {repeats && trouble.isPassing && <p class="quiet">This page asks again by itself.</p>}
      {again !== undefined && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}
