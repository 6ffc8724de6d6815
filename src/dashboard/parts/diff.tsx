import { useState } from 'preact/hooks';
import { number } from './moment.ts';

const AT_FIRST = 400;
// the configuration of a proxy is one line of some ten thousand
const MOST_OF_LINE = 240;
const BEGIN_OF_LONG = 160;

const KIND: ReadonlyMap<string, string> = new Map([
  ['+', 'added'],
  ['-', 'removed'],
  ['@', 'place'],
]);

/** A unified diff with its lines coloured; a long one begins with its first lines. */
export function Diff({ text, label }: { text: string; label: string }) {
  const [isWhole, setWhole] = useState(false);
  const [isWide, setWide] = useState(false);
  if (text === '') return <p class="empty">Nothing changes.</p>;
  const all = text.replace(/\n$/, '').split('\n');
  // what stands above the first place are names of files
  const lines = all.slice(
    Math.max(
      0,
      all.findIndex((line) => line.startsWith('@@')),
    ),
  );
  const shown = isWhole ? lines : lines.slice(0, AT_FIRST);
  return (
    <section aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre class="diff" tabIndex={0}>
        {shown.map((line, index) => (
          <span key={index} class={KIND.get(line[0] ?? '')}>
            {(isWide ? line : shortened(line)) || ' '}
            {'\n'}
          </span>
        ))}
      </pre>
      {shown.length < lines.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {lines.length} lines
        </button>
      )}
      {!isWide && shown.some((line) => line.length > MOST_OF_LINE) && (
        <button type="button" class="small" onClick={() => setWide(true)}>
          Show long lines in full
        </button>
      )}
    </section>
  );
}

const shortened = (line: string): string =>
  line.length <= MOST_OF_LINE
    ? line
    : `${line.slice(0, BEGIN_OF_LONG)} … ${number(line.length - BEGIN_OF_LONG)} characters more`;
