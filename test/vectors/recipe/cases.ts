// This file lists the programs and inputs whose results the recipe vectors record.
import type { Node } from "@kolm/recipe";

export type Program = { readonly name: string; readonly gives: string; readonly nodes: readonly Node[]; readonly inputs: readonly string[] };

const INPUT: Node = { op: "input" };

/** A program that gives the text of its last node. */
function text(name: string, nodes: readonly Node[], inputs: readonly string[]): Program {
  return { name, gives: "enum", nodes: [INPUT, ...nodes], inputs };
}

function flag(name: string, nodes: readonly Node[], inputs: readonly string[]): Program {
  return { name, gives: "boolean", nodes, inputs };
}

const TICKET: Node = { op: "find", pattern: "(?:^|[^0-9A-Za-z])((?:TK-)?[0-9]{4})(?:$|[^0-9A-Za-z])", group: 1 };

export const PROGRAMS: readonly Program[] = [
  text("words lower-cases, keeps inner apostrophes, drops marks", [{ op: "words", of: 0 }], [
    "Don\u2019t panic \u2014 it's \u00A31,000!", "'quoted' O'Neil's", "  ", "", "\u00C9COLE \u4F60\u597D a\u00D7b", "rock'n'roll''s '",
  ]),
  text("concat joins", [{ op: "text", value: "<" }, { op: "text", value: ">" }, { op: "concat", of: [1, 0, 2] }], ["a", ""]),
  text("upper case is Unicode's default", [{ op: "case", of: 0, to: "upper" }], ["stra\u00DFe", "\u00E9t\u00E9"]),
  text("lower case is Unicode's default", [{ op: "case", of: 0, to: "lower" }], ["ABC \u00C9"]),
  text("trim strips white space at both ends", [{ op: "trim", of: 0 }], [" \t a b\u00A0\n", "\uFEFFx"]),
  text("replace replaces every occurrence, left to right", [{ op: "replace", of: 0, find: "aa", with: "a" }], ["aaaaa", "b"]),
  text("cut counts from the end when negative", [{ op: "cut", of: 0, from: -3, to: -1 }], ["abcdef", "ab", ""]),
  text("cut without an end goes to the end", [{ op: "cut", of: 0, from: 2 }], ["abcdef", "a"]),
  { name: "slice is the text of a span", gives: "enum", nodes: [{ op: "find", pattern: "[0-9]+" }, { op: "pick", of: 0, at: "last" }, { op: "slice", of: 1 }], inputs: ["a 12 b 345", "none"] },
  text("capture gives the group of the first match", [{ op: "capture", of: 0, pattern: "([a-z]+)@([a-z]+)", group: 2 }], ["mail bo@home or al@work", "none"]),
  text("capture of a group without a part is nothing", [{ op: "capture", of: 0, pattern: "a|(b)", group: 1 }], ["a", "b"]),
  text("lookup needs the whole text", [{ op: "words", of: 0 }, { op: "lookup", of: 1, table: [[" bye ", "end"], [" hi there ", "greeting"]] }], [
    "Hi, there!", "hi there you", "BYE",
  ]),
  flag("ngram finds phrases between words only", [{ op: "ngram", any: ["cancel my", "stop"] }], ["Please CANCEL my order", "nonstop", "stop!", "cancel, my", ""]),
  flag("ngram at the start", [{ op: "ngram", any: ["where is"], at: "start" }], ["Where is it?", "So where is it"]),
  flag("ngram at the end", [{ op: "ngram", any: ["for me"], at: "end" }], ["do it for me.", "for me now"]),
  flag("ngram whole", [{ op: "ngram", any: ["yes please"], at: "whole" }], ["Yes, please!", "yes please do"]),
  flag("contains compares letter for letter", [INPUT, { op: "contains", of: 0, any: ["A-1", "B-2"] }], ["xA-1", "a-1"]),
  flag("contains whole", [INPUT, { op: "contains", of: 0, any: ["A-1"], at: "whole" }], ["A-1", "A-1 "]),
  flag("test ignores case with fold", [INPUT, { op: "test", of: 0, pattern: "^stra[sz]e$", fold: true }], ["STRASE", "Straz", "strasse"]),
  flag("and, or, not", [
    { op: "ngram", any: ["a"] }, { op: "ngram", any: ["b"] }, { op: "not", of: 1 }, { op: "and", of: [0, 2] }, { op: "ngram", any: ["c"] }, { op: "or", of: [3, 4] },
  ], ["a", "a b", "c b", ""]),
  flag("a nothing inside and spreads", [INPUT, { op: "capture", of: 0, pattern: "[0-9]" }, { op: "text", value: "7" }, { op: "equal", left: 1, right: 2 }, { op: "flag", value: true }, { op: "and", of: [4, 3] }], ["7", "8", "x"]),
  flag("exists turns nothing into false", [INPUT, { op: "capture", of: 0, pattern: "[0-9]" }, { op: "exists", of: 1 }], ["7", "x"]),
  flag("less compares numbers", [INPUT, { op: "length", of: 0 }, { op: "number", value: 3 }, { op: "less", left: 1, right: 2 }], ["ab", "abc", "\u{1F600}a"]),
  { name: "a decision list gives the first value that is there", gives: "enum", nodes: [
    { op: "ngram", any: ["refund"] }, { op: "text", value: "refund" }, { op: "when", if: 0, give: 1 },
    { op: "ngram", any: ["where"] }, { op: "text", value: "status" }, { op: "when", if: 3, give: 4 }, { op: "first", of: [2, 5] },
  ], inputs: ["where is my refund", "where", "hello"] },
  { name: "if takes one branch", gives: "enum", nodes: [{ op: "ngram", any: ["x"] }, { op: "text", value: "yes" }, { op: "text", value: "no" }, { op: "if", if: 0, give: 1, else: 2 }], inputs: ["x", "y"] },
  { name: "find goes on where the group ended", gives: "span", nodes: [TICKET, { op: "pick", of: 0, at: "last" }], inputs: ["1234 5678", "TK-1234, 99999", "a1234"] },
  { name: "pick only abstains on two", gives: "span", nodes: [TICKET, { op: "pick", of: 0, at: "only" }], inputs: ["see 1234", "1234 or 5678", "none", "\u{1F600} 1234"] },
  { name: "no candidate is a null", gives: "span", nodes: [
    TICKET, { op: "count", of: 0 }, { op: "number", value: 0 }, { op: "equal", left: 1, right: 2 }, { op: "null" }, { op: "when", if: 3, give: 4 },
  ], inputs: ["nothing here", "1234"] },
  { name: "keep by the word before", gives: "span", nodes: [TICKET, { op: "keep", of: 0, side: "before", phrases: ["ticket", "ticket no"] }, { op: "pick", of: 1, at: "first" }], inputs: ["error 1111, ticket no. 2222", "ticketing 1111"] },
  { name: "keep drops by the character after", gives: "span", nodes: [{ op: "find", pattern: "[0-9]{4}" }, { op: "keep", of: 0, side: "after", chars: "%\u00B0", drop: true }, { op: "pick", of: 1, at: "first" }], inputs: ["1111% 2222", "3333\u00B0"] },
  { name: "keep at the edge", gives: "span", nodes: [TICKET, { op: "keep", of: 0, side: "before", edge: true }, { op: "pick", of: 1, at: "first" }], inputs: ["\"1234\" please", "so 1234"] },
  { name: "merge orders, earlier then longer wins", gives: "spans", nodes: [
    { op: "find", pattern: "[0-9]+" }, { op: "label", of: 0, label: "number" }, { op: "find", pattern: "[0-9]+-[0-9]+" }, { op: "label", of: 2, label: "range" }, { op: "merge", of: [1, 3] },
  ], inputs: ["7 then 10-20 then 5", ""] },
  { name: "merge of no list is the empty list", gives: "spans", nodes: [{ op: "merge", of: [] }], inputs: ["anything"] },
  { name: "offsets count UTF-16 units", gives: "spans", nodes: [{ op: "find", pattern: "[^ ]" }, { op: "label", of: 0, label: "c" }], inputs: ["\u{1F600} \u00E9"] },
  text("title begins words with capitals", [{ op: "case", of: 0, to: "title" }], ["o'neil of McDONALD, 3rd \u00E9cole \u00DFx", ""]),
  text("sentence begins once", [{ op: "case", of: 0, to: "sentence" }], ["(hello) WORLD. Again", "42"]),
  text("piece counts separators from the left", [{ op: "piece", of: 0, by: ", ", at: 1 }], ["a, b, c", "a", ", "]),
  text("piece counts separators from the right", [{ op: "piece", of: 0, by: "aa", at: -2 }], ["aaaaa", "xaay", "x"]),
  text("token takes the k-th run", [{ op: "token", of: 0, run: "word", at: -2 }], ["one two-3 four", "one"]),
  text("number runs hold points between digits", [{ op: "token", of: 0, run: "number", at: 0 }], ["$1,234.50.", "v1.2.3,x", "none"]),
  text("name runs need a small letter", [{ op: "token", of: 0, run: "name", at: 1 }], ["Anna McDonald", "AB Cd"]),
  text("filter keeps a class", [{ op: "filter", of: 0, run: "digits" }], ["+1 (23) 4", "x"]),
  text("filter drops a class", [{ op: "filter", of: 0, run: "blank", drop: true }], ["a b\u00A0c\t"]),
  text("pad fills in front", [{ op: "pad", of: 0, side: "start", to: 3, with: "0" }], ["7", "1234"]),
  text("sub between two places", [
    { op: "place", of: 0, after: { text: "@" }, at: 0 }, { op: "place", of: 0, before: { run: "letters" }, after: { text: "." }, at: -1 }, { op: "sub", of: 0, left: 1, right: 2 },
  ], ["jo@mail.shop.de", "a.b@c", "none"]),
  text("sub takes negative ends", [{ op: "number", value: -3 }, { op: "number", value: -1 }, { op: "sub", of: 0, left: 1, right: 2 }], ["abcdef", "ab"]),
  text("tally counts runs", [{ op: "tally", of: 0, run: "solid" }, { op: "numeral", of: 1 }], ["one  two three", ""]),
  text("tally counts occurrences", [{ op: "tally", of: 0, find: "aa" }, { op: "numeral", of: 1 }], ["aaaaa", "b"]),
  text("swap replaces what another piece says", [
    { op: "piece", of: 0, by: "|", at: 0 }, { op: "piece", of: 0, by: "|", at: 1 }, { op: "text", value: "-" }, { op: "swap", of: 1, left: 2, right: 3 },
  ], ["banana|an", "x|", "x"]),
  flag("holds looks for one text in another", [INPUT, { op: "piece", of: 0, by: "|", at: 0 }, { op: "piece", of: 0, by: "|", at: 1 }, { op: "holds", left: 1, right: 2 }], ["banana|nan", "banana|x", "x"]),
  text("moment reads dates, months first", [{ op: "moment", of: 0, order: "mdy" }, { op: "show", of: 1, form: "yyyy-MM-dd" }], [
    "2-Dec-65", "12 March 1933", "Mar 30 2002 21:44", "01311846", "3302241", "2160--8--2", "14. November 2013", "15.3.1902", "6.30.2220", "30/3/2002", "1846 231", "2026-12-30T06:25:57Z", "Sunday, May 5th, 2024", "29 Feb 1900", "2000-02-29", " 1/2/29 ", "1/2/30", "tomorrow",
  ]),
  text("moment reads dates, days first", [{ op: "moment", of: 0, order: "dmy" }, { op: "show", of: 1, form: "yyyy-MM-dd" }], ["30/3/2002", "3/30/2002", "02012020", "2002-03-30"]),
  text("moment reads times", [{ op: "moment", of: 0, order: "clock" }, { op: "show", of: 1, form: "H:mm" }], ["6:25PM", "07.51", "0825", "114", "12:00 a.m.", "13pm", "24:00", "9h05"]),
  text("a part that is missing gives nothing", [{ op: "moment", of: 0, order: "mdy" }, { op: "show", of: 1, form: "d" }], ["1756", "May 2020", "4 May"]),
  text("show writes weekdays, quarters and quoted text", [{ op: "moment", of: 0, order: "mdy" }, { op: "show", of: 1, form: "EEEE E 'the' do MMMM yy, 'Q'Q D W h:mm:ssaa ''" }], ["11/23/2026 16:05:09", "2/1/2024 0:00:00"]),
  text("bucket goes to the start of an interval", [{ op: "moment", of: 0, order: "mdy" }, { op: "bucket", of: 1, step: 1800, from: 900, add: 0 }, { op: "show", of: 2, form: "h:mma" }], ["6:25PM", "0:05", "12:41:14"]),
  text("bucket carries the date", [{ op: "moment", of: 0, order: "mdy" }, { op: "bucket", of: 1, step: 3600, from: 0, add: 3600 }, { op: "show", of: 2, form: "yyyy-MM-dd HH:mm" }], ["2023-12-31 23:10", "23:10"]),
  text("minutes without an hour wrap within it", [{ op: "moment", of: 0, order: "mdy" }, { op: "bucket", of: 1, step: 1200, from: 0, add: 1140 }, { op: "show", of: 2, form: "m:ss" }], ["25:00", "59:59"]),
  text("scale multiplies, divides, adds, in this order", [{ op: "scale", of: 0, times: "9", over: "5", plus: "32" }], ["100", "-40", "36.6", "1e3", "007", ""]),
  text("scale is exact, then rounds to 15 significant digits", [{ op: "scale", of: 0, over: "3" }], ["1", "2", "0.3", "-10000000000", "123456789012345678901234567890123456789"]),
  text("scale of a value that would be too long is nothing", [{ op: "scale", of: 0, times: "999999999999999" }], ["9", "999999999999999999999999999999"]),
  text("round goes to the nearest multiple, halves away from zero", [{ op: "round", of: 0, to: "0.25", way: "near" }], ["1.1", "1.125", "-1.125", "7", "x"]),
  text("round down is towards less", [{ op: "round", of: 0, to: "100", way: "down" }], ["250", "-250", "300", "99.9"]),
  text("round up is towards more", [{ op: "round", of: 0, to: "5", way: "up" }], ["11", "-11", "15", "0"]),
  text("what is counted can be computed with", [{ op: "length", of: 0 }, { op: "numeral", of: 1 }, { op: "scale", of: 2, plus: "-1" }], ["abc", ""]),
  { name: "tag gives runs of tokens that rules agree on", gives: "spans", nodes: [
    { op: "tag", apart: ",", lexicon: [["rd", "=way"], ["road", "=way"]], contexts: [[["class", 0]], [["class", -1], ["gap", 0], ["class", 0]], [["word", 0], ["class", 1]]],
      is: ["0|a+", "1|9||a+"], isnt: ["0|9", "0|=way", "1|a+||a+"], voices: 1 },
    { op: "label", of: 0, label: "name" },
  ], inputs: ["12 Mill Road", "12 Mill", "12 mill lane", "Mill, Rd. 12", "7 \u00DCber-X, (Road)", "a b", ""] },
  { name: "tag asks for as many voices, and for shapes", gives: "span", nodes: [
    { op: "tag", contexts: [[["shape", 0]], [["shape", -1], ["shape", 0]], [["word", 1], ["gap", 1]]], is: ["0|#999", "0|Aa+", "1|999|Aa+", "2|end|"], isnt: ["0|999", "0|a+", "1|Aa+|a+", "1||999"], voices: 2 },
    { op: "pick", of: 0, at: "only" },
  ], inputs: ["123 Kent end", "123 Kent", "Kent end", "123 Kent end 123 York end"] },
];

/** Patterns with a text; refused ones lie outside the language. */
export const PATTERNS: readonly { readonly pattern: string; readonly fold?: true; readonly group?: number; readonly text: string }[] = [
  { pattern: "a|ab", text: "ab" },
  { pattern: "(?:a|ab)(?:c|bcd)", text: "abcd" },
  { pattern: "a*?b", text: "aab" },
  { pattern: "(a*)(b?)", group: 2, text: "aab" },
  { pattern: "\\bfoo\\b", text: "foo food \u00E9foo foo" },
  { pattern: "^x|y$", text: "xy y\n" },
  { pattern: ".", text: "a\n\u{1F600}" },
  { pattern: "\\s\\S\\w\\W\\d\\D", text: "\u00A0 x y-7z" },
  { pattern: "[a-c\\-\\]x]+", text: "ab-]xq" },
  { pattern: "[^a-c]{2,3}", text: "abxyzwa" },
  { pattern: "k", fold: true, text: "kK\u212A" },
  { pattern: "(?:ab){2}", text: "ababab" },
  { pattern: "[0-9]{3,}", text: "12 123 12345" },
  { pattern: "\\x41", text: "A" },
  { pattern: "(?=a)a", text: "a" },
  { pattern: "(?<=a)b", text: "ab" },
  { pattern: "(?<n>a)", text: "a" },
  { pattern: "(?i)a", text: "A" },
  { pattern: "(a)\\1", text: "aa" },
  { pattern: "a**", text: "a" },
  { pattern: "*a", text: "a" },
  { pattern: "a{1001}", text: "a" },
  { pattern: "((a{100}){100}){100}", text: "a" },
  { pattern: "a{,3}", text: "a" },
  { pattern: "[]a]", text: "a" },
  { pattern: "[[:alpha:]]", text: "a" },
  { pattern: "\\pL", text: "a" },
  { pattern: "(a", text: "a" },
  { pattern: "a)", text: "a" },
  { pattern: "a\\", text: "a" },
  { pattern: "^*", text: "a" },
];
