import { CopyLine } from './copy-line.tsx';

/** A sentence in which commands and names stand in backticks. */
export function Prose({ text }: { text: string }) {
  return (
    <>
      {text
        .split(/(`[^`]+`)/)
        .map((part, index) =>
          part.startsWith('`') && part.length > 2 ? <code key={index}>{part.slice(1, -1)}</code> : part,
        )}
    </>
  );
}

/** What to do next: sentences, and each command of them once more as a line to be copied. */
export function NextSteps({ steps }: { steps: readonly string[] }) {
  if (steps.length === 0) return null;
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li key={step}>
          <Prose text={step} />
          {[...step.matchAll(/`((?:pillion|kubectl|helm) [^`]+)`/g)].map(([, command = '']) => (
            <CopyLine key={command} command={command} />
          ))}
        </li>
      ))}
    </ol>
  );
}
