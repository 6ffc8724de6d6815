import { useId } from 'preact/hooks';
import type { PlaygroundAnswer, TriedAnswer } from '../../core/dashboard/playground.ts';
import { Badge } from '../parts/badge.tsx';
import { Checks } from '../parts/checks.tsx';
import { Diff } from '../parts/diff.tsx';
import { Findings } from '../parts/findings.tsx';
import { Prose } from '../parts/prose.tsx';
import { sentence } from '../parts/sentence.ts';
import { Settings } from '../parts/settings.tsx';

type Workload = PlaygroundAnswer['workloads'][number];

/** One document that was tried: under the policy in force, and beside it under the pasted one. */
export function TriedWorkload({ workload }: { workload: Workload }) {
  const heading = useId();
  const { kind, namespace, name, namespaceKnown, active, pasted, findings } = workload;
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>
        {kind} {namespace}/{name}
      </h2>
      {!namespaceKnown && (
        <p class="notice warning">
          The labels of the namespace {namespace} are not known here, so it counts as one without labels. Paste its
          Namespace beside the other documents.
        </p>
      )}
      {pasted !== undefined && <p class="compared">{comparison(active, pasted)}</p>}
      <div class={pasted === undefined ? undefined : 'columns'}>
        <TriedBy title="Policy in force" tried={active} />
        {pasted !== undefined && <TriedBy title="Pasted policy" tried={pasted} />}
      </div>
      <h3>Compatibility</h3>
      <Findings findings={findings} />
    </section>
  );
}

/** Whether the policies differ, in one sentence. */
function comparison(active: TriedAnswer, pasted: TriedAnswer): string {
  if (active.verdict !== pasted.verdict || active.reason !== pasted.reason)
    return `The pasted policy decides otherwise: ${pasted.verdict}, ${pasted.reason} instead of ${active.verdict}, ${active.reason}.`;
  return active.diff === pasted.diff
    ? 'Both policies decide alike.'
    : 'Both policies decide alike, and their sidecars differ.';
}

function TriedBy({ title, tried }: { title: string; tried: TriedAnswer }) {
  const heading = useId();
  const { verdict, reason, says, rule, also, hints, problems, checks, settings, diff } = tried;
  return (
    <section class="tried" aria-labelledby={heading}>
      <h3 id={heading}>{title}</h3>
      <p class="verdict">
        <Badge state={verdict} /> <strong class="reason">{reason}</strong>
      </p>
      <p>
        <Prose text={sentence(says)} />
      </p>
      {rule !== '' && (
        <p class="quiet">
          rule <code>{rule}</code>
        </p>
      )}
      {also.length > 0 && <p>Also holds: {also.join(', ')}</p>}
      {(hints.length > 0 || problems.length > 0) && (
        <ul class="hints">
          {hints.map((hint) => (
            <li key={hint}>
              <Prose text={hint} />
            </li>
          ))}
          {problems.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      <h4>What changes</h4>
      <Diff text={diff} label={`What changes, ${title.toLowerCase()}`} />
      <details>
        <summary>Every check</summary>
        <Checks checks={checks} />
      </details>
      <details>
        <summary>Settings with their origin</summary>
        <Settings settings={settings} />
      </details>
    </section>
  );
}
