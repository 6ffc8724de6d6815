/** What the reader wants; System follows the setting of the device. */
export const THEMES = ['System', 'Light', 'Dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'pillion-theme';

/** Told of each change, after it is in force. */
export const THEME_CHANGED = 'pillion-theme-changed';

/** What was chosen in this browser; System where nothing was, or where it remembers nothing. */
export function rememberedTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'System';
  } catch {
    return 'System';
  }
}

/** Puts a theme in force: an attribute that the style sheet reads. */
export function applyTheme(theme: Theme): void {
  if (theme === 'System') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  window.dispatchEvent(new Event(THEME_CHANGED));
}

/** Puts a theme in force and remembers it, where the browser allows that. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // a browser that stores nothing shows the theme until it is closed
  }
  applyTheme(theme);
}
