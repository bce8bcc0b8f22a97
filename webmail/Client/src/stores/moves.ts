import type { JmapClient } from "../jmap/client";
import { reasonOf, RefusedError } from "../jmap/errors";
import { strings } from "../strings";
import type { ListStore } from "./list";
import type { MailboxStore } from "./mailboxes";
import { toastMilliseconds, type ToastStore } from "./toast";

interface Pending {
  readonly id: string;
  /** Undefined for a message that is removed for good. */
  readonly mailboxId: string | undefined;
  readonly timer: number;
}

/**
 * Moves or removes a message when its undo toast is over. A move gives a message another id on this server, so an undo
 * that never told the server is the only one that cannot fail.
 */
export class MoveActions {
  #pending: Pending | undefined;

  constructor(
    private readonly client: JmapClient,
    private readonly list: ListStore,
    private readonly mailboxes: MailboxStore,
    private readonly toasts: ToastStore,
  ) {}

  toRole(id: string, role: "archive" | "trash"): boolean {
    const target = this.mailboxes.byRole(role);
    const isThere = target !== undefined && target.id === this.mailboxes.selectedId.peek();
    const isRemoval = isThere && role === "trash";
    if (target === undefined || (isThere && !isRemoval)) {
      this.toasts.show({ text: isThere ? strings.toast.alreadyArchived : strings.toast.noMailbox });
      return false;
    }
    void this.commit();
    this.list.setLeaving(id, true);
    const timer = window.setTimeout(() => void this.commit(), toastMilliseconds);
    this.#pending = { id, mailboxId: isRemoval ? undefined : target.id, timer };
    const text = role === "archive" ? strings.toast.archived : isRemoval ? strings.toast.removed : strings.toast.trashed;
    this.toasts.show({ text, undo: () => this.#undo(id) });
    return true;
  }

  /** Carries out a move still waiting; call before anything that shows where messages are. */
  async commit(): Promise<void> {
    const move = this.#pending;
    if (move === undefined) {
      return;
    }
    this.#pending = undefined;
    window.clearTimeout(move.timer);
    try {
      const change = move.mailboxId === undefined
        ? { destroy: [move.id] }
        : { update: { [move.id]: { mailboxIds: { [move.mailboxId]: true } } } };
      const [answer] = await this.client.run(this.client.call("Email/set", change));
      const refusal = answer.notUpdated?.[move.id] ?? answer.notDestroyed?.[move.id];
      if (refusal !== undefined) {
        throw new RefusedError(200, refusal.description ?? refusal.type);
      }
      this.list.remove(move.id);
      await this.mailboxes.load();
    } catch (error) {
      this.list.setLeaving(move.id, false);
      this.toasts.show({ text: strings.toast.failed(reasonOf(error)) });
    }
  }

  #undo(id: string): void {
    if (this.#pending?.id === id) {
      window.clearTimeout(this.#pending.timer);
      this.#pending = undefined;
      this.list.setLeaving(id, false);
      this.toasts.hide();
    }
  }
}
