import { strings } from "../strings";
import { theme, themes } from "../theme";

export function ThemeChoice() {
  return (
    <label class="theme">
      {strings.theme.label}
      <select value={theme.value} onChange={(event) => (theme.value = themes[event.currentTarget.selectedIndex] ?? "system")}>
        {themes.map((name) => <option key={name} value={name}>{strings.theme[name]}</option>)}
      </select>
    </label>
  );
}
