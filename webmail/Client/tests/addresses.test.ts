import { expect, test } from "vitest";
import { formatAddress, parseAddresses, withoutRepeats } from "../src/logic/addresses";

test("parseAddresses: names, quotes and both separators are read", () => {
  const { addresses, bad } = parseAddresses('Bob <bob@example.test>; "Berg, Rosa" <rosa@example.test>, tom@example.test');

  expect(bad).toEqual([]);
  expect(addresses).toEqual([
    { name: "Bob", email: "bob@example.test" },
    { name: "Berg, Rosa", email: "rosa@example.test" },
    { name: null, email: "tom@example.test" },
  ]);
});

test.each(["nobody", "a@b@c", "a b@example.test", "<@example.test>", "bob@"])("parseAddresses: %s is named as bad", (text) => {
  expect(parseAddresses(`good@example.test, ${text}`).bad).toEqual([text]);
});

test.each(["Bob", "Berg, Rosa", 'Tom "T" Hall', "back\\slash"])("formatAddress: what it writes for %s is read back the same", (name) => {
  const address = { name, email: "x@example.test" };

  expect(parseAddresses(formatAddress(address))).toEqual({ addresses: [address], bad: [] });
});

test("withoutRepeats: capitals make no other address", () => {
  const twice = [{ name: null, email: "Bob@Example.test" }, { name: "Bob", email: "bob@example.test" }, { name: null, email: "me@example.test" }];

  expect(withoutRepeats(twice, ["ME@example.test"])).toEqual([twice[0]]);
});
