import { useEffect, useState } from 'preact/hooks';
import { hrefOf, PAGES, type PageName, type Route } from '../route.ts';
import { chooseTheme, rememberedTheme, THEMES, type Theme } from './theme.ts';

export const TITLES: Readonly<Record<PageName, string>> = {
  overview: 'Overview',
  rollout: 'Rollout',
  namespaces: 'Namespaces',
  workloads: 'Workloads',
  decisions: 'Decisions',
  policy: 'Policy',
  playground: 'Playground',
  capacity: 'Capacity',
};

/** The name of the product, the pages, and the theme. On a narrow screen the pages stand behind a button. */
export function Navigation({ route }: { route: Route }) {
  const [isOpen, setOpen] = useState(false);
  const place = [route.page, ...route.rest].join('/');
  useEffect(() => setOpen(false), [place]);
  return (
    <header class="side">
      <a class="brand" href={hrefOf('overview')}>
        <Mark />
        Pillion
      </a>
      <button
        type="button"
        class="menu"
        aria-expanded={isOpen}
        aria-controls="pages"
        onClick={() => setOpen((before) => !before)}
      >
        Menu
      </button>
      <nav id="pages" class={isOpen ? 'open' : undefined} aria-label="Pages">
        <ul>
          {PAGES.map((page) => (
            <li key={page}>
              <a href={hrefOf(page)} aria-current={page === route.page ? 'page' : undefined}>
                {TITLES[page]}
              </a>
            </li>
          ))}
        </ul>
        <ThemeChoice />
      </nav>
    </header>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(rememberedTheme);
  return (
    <label class="theme">
      <span>Theme</span>
      <select
        value={theme}
        onChange={(event) => {
          const chosen = THEMES.find((name) => name === event.currentTarget.value) ?? 'System';
          setTheme(chosen);
          chooseTheme(chosen);
        }}
      >
        {THEMES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

/** A large wheel and the seat behind it. */
function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <circle cx="9" cy="14" r="6.5" fill="none" stroke="currentColor" stroke-width="2.5" />
      <path d="M15 7h6v4h-3" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" />
    </svg>
  );
}
