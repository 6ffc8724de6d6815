import type { Ref } from 'preact';
import { useImperativeHandle, useRef, useState } from 'preact/hooks';
import { counted } from '../parts/moment.ts';
import { type GivenText, lineBreaks, offsetOf, select } from './given-text.ts';

const LINES_AROUND = 3;
const MOST_OF_LINE = 500;

/** A text that is too long for a field: what it is, the lines around a place, and a field for what shall be tried with it. */
export function HeldText({
  id,
  label,
  text,
  given,
  onAnother,
}: {
  id: string;
  label: string;
  text: string;
  given: Ref<GivenText>;
  onAnother: () => void;
}) {
  const excerpt = useRef<HTMLPreElement>(null);
  const more = useRef<HTMLTextAreaElement>(null);
  const [shownLine, setShownLine] = useState(1);
  useImperativeHandle(given, () => {
    const head = text.endsWith('\n') ? `${text}---\n` : `${text}\n---\n`;
    return {
      text: () => {
        const added = more.current?.value ?? '';
        return added.trim() === '' ? text : head + added;
      },
      goTo: (line, column) => {
        const lineOfMore = line - lineBreaks(head);
        if (lineOfMore > 0 && more.current !== null) return select(more.current, lineOfMore, column);
        setShownLine(line);
        excerpt.current?.focus();
      },
    };
  }, [text]);
  return (
    <section class="held" aria-label={`${label}, as pasted`}>
      <p>
        <strong>
          {(text.length / 1e6).toFixed(1)} million characters in {counted(lineBreaks(text) + 1, 'line')}
        </strong>{' '}
        stand here. They are tried as they are, and not shown in full: a field of this size would be slow.
      </p>
      <Excerpt text={text} line={shownLine} place={excerpt} />
      <label for={`${id}-more`}>More documents, tried with it</label>
      <textarea id={`${id}-more`} ref={more} spellcheck={false} autocomplete="off" />
      <button type="button" onClick={onAnother}>
        Take another text
      </button>
    </section>
  );
}

function Excerpt({ text, line, place }: { text: string; line: number; place: Ref<HTMLPreElement> }) {
  const from = Math.max(1, line - LINES_AROUND);
  const begin = offsetOf(text, from);
  const lines = text
    .slice(begin, offsetOf(text, line + LINES_AROUND + 1))
    .replace(/\n$/, '')
    .split('\n');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <pre ref={place} tabIndex={0}>
      {lines.map((one, index) => (
        <span key={from + index} class={from + index === line && line > 1 ? 'wanted' : undefined}>
          {from + index} {one.slice(0, MOST_OF_LINE)}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
