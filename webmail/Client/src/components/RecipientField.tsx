import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { fieldOf, finished, isAddress, recipientsOf } from "../logic/recipients";
import { strings } from "../strings";
import { Icon } from "./Icon";

interface Choices {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Addresses to suggest. */
  readonly known: readonly string[];
  readonly onChange: (value: string) => void;
  readonly children?: ComponentChildren;
}

/** Finished addresses as chips that can be edited and removed, one that is no address in the colour of an error. */
export function RecipientField({ id, label, value, known, onChange, children }: Choices) {
  const input = useRef<HTMLInputElement>(null);
  const { chips, typing } = recipientsOf(value);
  const without = (index: number) => chips.filter((_, other) => other !== index);

  function edit(index: number): void {
    onChange(fieldOf({ chips: typing === "" ? without(index) : [...without(index), typing], typing: chips[index] ?? "" }));
    input.current?.focus();
  }

  function onInput(written: string): void {
    const field = fieldOf({ chips, typing: written });
    onChange(known.includes(written) ? finished(field) : field);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      onChange(finished(value));
    } else if (event.key === "Backspace" && typing === "" && chips.length > 0) {
      event.preventDefault();
      edit(chips.length - 1);
    }
  }

  return (
    <div class="field">
      <label class="label" for={id}>{label}</label>
      <div class="value recipients">
        {chips.map((chip, index) => (
          <span key={index} class={`chip${isAddress(chip) ? "" : " bad"}`}>
            <button type="button" aria-label={strings.composer.edit(chip)} onClick={() => edit(index)}>{chip}</button>
            <button type="button" aria-label={strings.composer.remove(chip)} onClick={() => onChange(fieldOf({ chips: without(index), typing }))}>
              <Icon name="close" />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={id}
          type="text"
          inputMode="email"
          autocomplete="off"
          list={`${id}-known`}
          aria-invalid={!chips.every(isAddress)}
          value={typing}
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => onChange(finished(value))}
        />
        <datalist id={`${id}-known`}>{known.map((address) => <option key={address} value={address} />)}</datalist>
      </div>
      {children}
    </div>
  );
}
