/** How the page of a briefing looks: on a screen by day and night, and on paper, where each squad begins a sheet. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --text: #1c2430; --dim: #5a6573; --back: #ffffff; --field: #f2f4f7; --line: #d5dae1; --mark: #0b5fa5; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e3e8ef; --dim: #9aa6b5; --back: #12161c; --field: #1d232c; --line: #343d4a; --mark: #7ab8f0; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 1rem; padding-top: 1rem; border-top: 3px solid var(--mark); }
h3 { font-size: 1.15rem; margin: 2.5rem 0 0.5rem; padding: 0.4rem 0.7rem; background: var(--field); border-left: 4px solid var(--mark); overflow-wrap: anywhere; }
h4 { font-size: 1rem; margin: 1.5rem 0 0.5rem; }
p { margin: 0.5rem 0; }
ul { margin: 0.25rem 0 0.75rem; padding-left: 1.4rem; }
li { margin: 0.2rem 0; }
code { font: 0.875em/1.4 ui-monospace, monospace; background: var(--field); padding: 0.1em 0.3em; border-radius: 3px; overflow-wrap: anywhere; }
pre { margin: 0.3rem 0 0.7rem; padding: 0.6rem 0.8rem; background: var(--field); border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { padding: 0; background: none; }
table { width: 100%; border-collapse: collapse; margin: 1.2rem 0; font-size: 0.925rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
th { color: var(--dim); font-weight: 600; }
@media print {
  :root { --text: #000; --dim: #444; --back: #fff; --field: #f4f4f4; --line: #bbb; --mark: #000; }
  @page { margin: 16mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2 { break-before: page; margin-top: 0; }
  h3, h4 { break-after: avoid; }
  pre, li, tr { break-inside: avoid; }
}
`;
