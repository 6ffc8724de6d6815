import type { TextProblem } from '../../core/dashboard/playground.ts';

/** What is wrong with the pasted texts; a button leads to the line. */
export function TextProblems({
  problems,
  onGoTo,
}: {
  problems: readonly TextProblem[];
  onGoTo: (problem: TextProblem) => void;
}) {
  if (problems.length === 0) return null;
  return (
    <section class="notice bad" aria-label="Problems">
      <ul>
        {problems.map((problem, index) => (
          <li key={index}>
            {problem.line === undefined ? (
              <strong>{NAMES[problem.source]}</strong>
            ) : (
              <button type="button" class="link" onClick={() => onGoTo(problem)}>
                {NAMES[problem.source]}, line {problem.line}
              </button>
            )}
            {problem.path !== '' && (
              <>
                {' '}
                <code>{problem.path}</code>
              </>
            )}
            : {problem.message}
          </li>
        ))}
      </ul>
    </section>
  );
}

const NAMES: Readonly<Record<TextProblem['source'], string>> = { manifests: 'Manifests', policy: 'Policy' };
