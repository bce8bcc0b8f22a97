import type { Address } from "../jmap/types";

/** The short form for a list: the name, or the address. */
export function nameOf(address: Address): string {
  const name = address.name?.trim() ?? "";
  return name === "" ? address.email : name;
}

export function namesOf(addresses: readonly Address[] | null, none: string): string {
  return addresses === null || addresses.length === 0 ? none : addresses.map(nameOf).join(", ");
}

/** The full form for a header field. */
export function formatAddress(address: Address): string {
  const name = address.name?.trim() ?? "";
  if (name === "") {
    return address.email;
  }
  const safe = /^[\p{L}\p{N} .'_-]*$/u.test(name) && !name.includes(". ") ? name : `"${name.replace(/(["\\])/g, "\\$1")}"`;
  return `${safe} <${address.email}>`;
}

export function formatAddresses(addresses: readonly Address[] | null): string {
  return (addresses ?? []).map(formatAddress).join(", ");
}

export interface ParsedAddresses {
  readonly addresses: readonly Address[];
  readonly bad: readonly string[];
}

/** Reads what people type: comma or semicolon separated, with or without names and quotes. */
export function parseAddresses(text: string): ParsedAddresses {
  const pieces = splitOutsideQuotes(text);
  const parsed = pieces.map((piece) => ({ piece, address: parseAddress(piece) }));
  return {
    addresses: parsed.flatMap(({ address }) => (address === undefined ? [] : [address])),
    bad: parsed.flatMap(({ piece, address }) => (address === undefined ? [piece] : [])),
  };
}

function parseAddress(piece: string): Address | undefined {
  const named = /^(.*)<([^<>]+)>$/su.exec(piece);
  const email = (named?.[2] ?? piece).trim();
  if (!/^[^\s@,;<>"]+@[^\s@,;<>"]+$/u.test(email)) {
    return undefined;
  }
  const name = (named?.[1] ?? "").trim().replace(/^"(.*)"$/su, "$1").replace(/\\(["\\])/g, "$1");
  return { name: name === "" ? null : name, email };
}

export function splitOutsideQuotes(text: string): string[] {
  const pieces = text.match(/(?:"(?:\\.|[^"\\])*"|[^,;"\n]|")+/gu) ?? [];
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== "");
}

/** Every address once, without those in `except`. */
export function withoutRepeats(addresses: readonly Address[], except: readonly string[]): Address[] {
  const seen = new Set(except.map((email) => email.toLowerCase()));
  return addresses.filter(({ email }) => {
    const key = email.toLowerCase();
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

export function initialsOf(address: Address | undefined): string {
  const words = address === undefined ? [] : nameOf(address).split(/[\s@._-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}
