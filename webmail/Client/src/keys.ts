import { tinykeys } from "tinykeys";
import type { App } from "./app";

/** The keys people know from other webmails; none while they type. */
export function listenForKeys(app: App): void {
  const on = (work: () => void) => (event: KeyboardEvent) => {
    const target = event.target;
    const typing = target instanceof HTMLElement && target.closest("input, textarea, select, dialog, .composer") !== null;
    if (!typing && app.phase.peek() === "ready") {
      event.preventDefault();
      work();
    }
  };
  const onEmail = (work: (id: string) => void) =>
    on(() => {
      const id = app.reader.openId.peek() ?? app.list.cursor.peek();
      if (id !== undefined) {
        work(id);
      }
    });
  const trash = onEmail((id) => app.moveAway(id, "trash"));
  tinykeys(window, {
    j: on(() => app.step(1)),
    k: on(() => app.step(-1)),
    u: on(() => app.reader.close()),
    c: on(() => app.composers.open()),
    r: on(() => app.answer("reply")),
    a: on(() => app.answer("replyAll")),
    f: on(() => app.answer("forward")),
    e: onEmail((id) => app.moveAway(id, "archive")),
    // Keyboards differ in whether # needs Shift.
    "#": trash,
    "Shift+#": trash,
    s: onEmail((id) => app.toggleStar(id)),
    "Shift+U": onEmail((id) => app.toggleSeen(id)),
    "/": on(() => document.getElementById("search")?.focus()),
    "Shift+?": on(() => (app.helpOpen.value = true)),
  });
}
