import { effect, signal } from "@preact/signals";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "theme";
const stored = localStorage.getItem(key);

export const theme = signal<Theme>(themes.find((known) => known === stored) ?? "system");

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  localStorage.setItem(key, theme.value);
});
