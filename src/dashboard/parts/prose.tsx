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

// a command, what ends the sentence before it, and what ends that behind it
const AT_THE_END = /([.:;]?)\s*`(?:pillion|kubectl|helm) [^`]+`[.:;]?$/;

/** What to do next: sentences, and each command of them as a line to be copied; one in the middle of a sentence stands in it as well. */
export function NextSteps({ steps }: { steps: readonly string[] }) {
  if (steps.length === 0) return null;
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li key={step}>
          <Prose text={step.replace(AT_THE_END, (_, sign: string) => sign || ':')} />
          {[...step.matchAll(/`((?:pillion|kubectl|helm) [^`]+)`/g)].map(([, command = '']) => (
            <CopyLine key={command} command={command} />
          ))}
        </li>
      ))}
    </ol>
  );
}
