import { tinykeys } from "tinykeys";
import type { App } from "./app";

/** The keys people know from other webmails; none while they type. */
export function listenForKeys(app: App): void {
  const on = (work: () => void) => (event: KeyboardEvent) => {
    const target = event.target;
    const typing = target instanceof HTMLElement && target.closest("input, textarea, select, dialog") !== null;
    if (!typing && app.phase.peek() === "ready") {
      event.preventDefault();
      work();
    }
  };
  tinykeys(window, {
    j: on(() => app.step(1)),
    k: on(() => app.step(-1)),
    u: on(() => app.reader.close()),
    "/": on(() => document.getElementById("search")?.focus()),
    "Shift+?": on(() => (app.helpOpen.value = true)),
  });
}
