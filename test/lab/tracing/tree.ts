import type { Span, Trace } from './jaeger.ts';

/** What a tag of a span says; undefined when it has none of this name. */
export const tagOf = ({ tags }: Span, name: string): unknown => tags.find(({ key }) => key === name)?.value;

/** The id of the span that a span belongs to. */
const parentOf = ({ references }: Span): string | undefined =>
  references.find(({ refType }) => refType === 'CHILD_OF')?.spanID;

/**
 * A trace as text: each span under its parent, with whose it is, its kind, its name, its status and what of it `detail` shows.
 * Spans whose parent is not there stand first, the others of one parent in the order of their beginning.
 */
export function treeOf(trace: Trace, detail: (span: Span) => string = () => ''): string {
  const known = new Set(trace.spans.map(({ spanID }) => spanID));
  const children = (parent: string | undefined) =>
    trace.spans
      .filter((span) => {
        const own = parentOf(span);
        return (own !== undefined && known.has(own) ? own : undefined) === parent;
      })
      .toSorted((a, b) => a.startTime - b.startTime);
  const lines = (span: Span, depth: number): string[] => {
    const service = trace.processes[span.processID]?.serviceName;
    const words = [
      service,
      tagOf(span, 'span.kind'),
      span.operationName,
      tagOf(span, 'http.status_code'),
      detail(span),
    ];
    const line = `${'  '.repeat(depth)}${words.filter((word) => word !== undefined && word !== '').join(' ')}`;
    return [line, ...children(span.spanID).flatMap((child) => lines(child, depth + 1))];
  };
  return children(undefined)
    .flatMap((root) => lines(root, 0))
    .join('\n');
}

/** The parents outside the trace that its first spans name. */
export function rootParentsOf({ spans }: Trace): readonly string[] {
  const known = new Set(spans.map(({ spanID }) => spanID));
  return spans.map(parentOf).filter((parent) => parent !== undefined && !known.has(parent)) as string[];
}
