import type { ComponentChildren } from 'preact';
import type { Answered } from '../api/use-answer.ts';
import { moment } from './moment.ts';
import { Remarks } from './remarks.tsx';
import { TroubleNotice } from './trouble-notice.tsx';

interface Head {
  readonly asOf: string;
  readonly remarks?: readonly { readonly what: string; readonly next: string }[];
}

/**
 * The heading of a page, when its figures were read, a way to read them again, and what went wrong. Focus moves to the heading when the
 * reader comes to the page.
 */
export function PageHead({
  title,
  lead,
  answered,
  children,
}: {
  title: string;
  lead?: string;
  answered?: Answered<Head>;
  children?: ComponentChildren;
}) {
  const { answer, trouble, isLoading, again } = answered ?? {};
  return (
    <>
      <header class="page-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {answered !== undefined && (
          <p class="as-of">
            {answer !== undefined && (
              <span>
                As of <time dateTime={answer.asOf}>{moment(answer.asOf)}</time>
              </span>
            )}
            <button type="button" class="small" onClick={again} aria-disabled={isLoading}>
              {isLoading ? 'Reading …' : 'Refresh'}
            </button>
          </p>
        )}
        {children}
      </header>
      {trouble !== undefined && <TroubleNotice trouble={trouble} of={title} again={again} repeats />}
      {answer?.remarks !== undefined && <Remarks remarks={answer.remarks} />}
    </>
  );
}

/** Stands where something will be as soon as it is read. */
export function Waiting({ answered: { answer, trouble } }: { answered: Answered<unknown> }) {
  return answer === undefined && trouble === undefined ? <p class="waiting">Reading …</p> : null;
}
