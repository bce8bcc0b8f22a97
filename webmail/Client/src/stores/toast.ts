import { signal } from "@preact/signals";

export const toastMilliseconds = 6000;

export interface Toast {
  readonly text: string;
  readonly undo?: () => void;
}

export class ToastStore {
  readonly current = signal<Toast | undefined>(undefined);
  #timer: number | undefined;

  show(toast: Toast): void {
    window.clearTimeout(this.#timer);
    this.current.value = toast;
    this.#timer = window.setTimeout(() => this.hide(), toastMilliseconds);
  }

  hide(): void {
    window.clearTimeout(this.#timer);
    this.current.value = undefined;
  }
}
