import { parseAddresses, splitOutsideQuotes } from "./addresses";

/** A recipient field as shown: what is finished stands as chips, what is being typed in the input. */
export interface Recipients {
  readonly chips: readonly string[];
  readonly typing: string;
}

/** The field's text is its only state; whatever comes after the last separator is still being typed. */
export function recipientsOf(field: string): Recipients {
  const typing = /(?:"(?:\\.|[^"\\])*"|[^,;"\n]|")*$/u.exec(field)?.[0] ?? "";
  return { chips: splitOutsideQuotes(field.slice(0, field.length - typing.length)), typing: typing.trimStart() };
}

export function fieldOf({ chips, typing }: Recipients): string {
  return [...chips.map((chip) => `${chip}, `), typing].join("");
}

/** Everything typed becomes a chip. */
export function finished(field: string): string {
  const { chips, typing } = recipientsOf(field);
  return fieldOf({ chips: typing.trim() === "" ? chips : [...chips, typing.trim()], typing: "" });
}

export function isAddress(piece: string): boolean {
  return parseAddresses(piece).bad.length === 0;
}
