import { expect, test } from "vitest";
import { fieldOf, finished, recipientsOf } from "../src/logic/recipients";

test.each([
  ["", [], ""],
  ["bo", [], "bo"],
  ["Bob ", [], "Bob "],
  ["bob@x.test, ", ["bob@x.test"], ""],
  ["bob@x.test,ro", ["bob@x.test"], "ro"],
  ["a@x.test\nb@x.test\n", ["a@x.test", "b@x.test"], ""],
  ['"Berg, Bob" <b@x.test>, "Li, An', ['"Berg, Bob" <b@x.test>', '"Li'], "An"],
])("recipientsOf: %j", (field, chips, typing) => {
  expect(recipientsOf(field)).toEqual({ chips, typing });
});

test("a field typed letter by letter is the field", () => {
  const wanted = '"Berg, Bob" <bob@x.test>, rosa@x.test, ';

  const typed = [...wanted].reduce((field, letter) => {
    const { chips, typing } = recipientsOf(field);
    return fieldOf({ chips, typing: typing + letter });
  }, "");

  expect(recipientsOf(typed).chips).toEqual(['"Berg, Bob" <bob@x.test>', "rosa@x.test"]);
});

test("finished: leaves nothing in the input, and a finished field alone", () => {
  expect(finished("a@x.test, b@x.test")).toBe("a@x.test, b@x.test, ");
  expect(finished(finished("a@x.test"))).toBe("a@x.test, ");
  expect(finished("")).toBe("");
});
