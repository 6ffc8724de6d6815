import { useState } from 'preact/hooks';

const AT_FIRST = 400;

const KIND: ReadonlyMap<string, string> = new Map([
  ['+', 'added'],
  ['-', 'removed'],
  ['@', 'place'],
]);

/** A unified diff with its lines coloured; a long one begins with its first lines. */
export function Diff({ text, label }: { text: string; label: string }) {
  const [isWhole, setWhole] = useState(false);
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
            {line || ' '}
            {'\n'}
          </span>
        ))}
      </pre>
      {shown.length < lines.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {lines.length} lines
        </button>
      )}
    </section>
  );
}
