import type { Operation } from 'fast-json-patch';
import { fieldsOf } from '../json/fields-of.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import type { Problem } from '../problem/problem.ts';
import { statusIn } from './status.ts';
import { fieldUndos, listUndos, standingParts } from './undo-lists.ts';
import type { Json } from './undo-steps.ts';
import { textUndos } from './undo-texts.ts';

/** What has to happen to a pod or pod template so that it is what its author wrote. */
export type Undo =
  /** Nothing of an injection is in it. */
  | { readonly kind: 'untouched' }
  /** It carries parts of ours and no record of how they came there. */
  | { readonly kind: 'unrecorded'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'undone';
      readonly operations: readonly Operation[];
      /** By path: how a null or empty value was written before. */
      readonly spellings: ReadonlyMap<string, string>;
      /** Where the record and the pod contradict each other. */
      readonly remarks: readonly string[];
    };

/** Takes an injection back by the record that it left, and by nothing else. Works on any JSON object. */
export function undoOf(template: Json): Undo {
  const metadata = metadataOf(template);
  const annotations = fieldsOf(metadata.annotations);
  const status = statusIn(annotations);
  const spec = fieldsOf(template.spec);
  if (status === undefined) {
    const problems = standingParts(spec).map(({ path, message }) => ({ path, message }));
    return problems.length === 0 ? { kind: 'untouched' } : { kind: 'unrecorded', problems };
  }
  const lists = listUndos(spec, status);
  const texts = textUndos(metadata, annotations, spec, status);
  return {
    kind: 'undone',
    operations: [...texts.operations, ...fieldUndos(spec, status), ...lists.operations],
    spellings: new Map(Object.entries(status.undo.replaced)),
    remarks: [...texts.remarks, ...lists.remarks],
  };
}
