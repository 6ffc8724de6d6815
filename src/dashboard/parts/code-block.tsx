import { CopyText } from './copy-text.tsx';

/** A longer text in the letters of code, with a button that copies it. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <section aria-label={label}>
      <CopyText text={text} label="Copy" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}
