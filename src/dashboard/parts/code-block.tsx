import { useRef } from 'preact/hooks';
import { CopyText } from './copy-text.tsx';

/** A longer text in the letters of code, with a button that copies it. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  const shown = useRef<HTMLPreElement>(null);
  return (
    <section aria-label={label}>
      <CopyText text={text} label="Copy" shown={shown} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre ref={shown} tabIndex={0}>
        {text}
      </pre>
    </section>
  );
}
