// This file writes a value's text coarsely: numbers, names and units by their class, all other words as they are.

const NUMBER_WORDS =
  /\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|[a-z]+illion)(?:[\s-]+|$))+/g;
const CLASSES: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b/g,
    "M",
  ],
  [/\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:mon|tues?|weds?|thu(?:rs?)?|fri|sat|sun)\b/g, "W"],
  [
    /\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[a-z]+teenth|twelfth|[a-z]+tieth|(?:twenty|thirty)[ -][a-z]+(?:st|nd|rd|th))\b/g,
    "O",
  ],
  [/[0-9]+(?:st|nd|rd|th)\b/g, "O"],
  [/\b(?:decade|year|yr|quarter|month|week|day|night)s?\b/g, "U"],
  [/\b(?:hour|hr|minute|min|second|sec)s?\b/g, "V"],
  [/\b(?:last|past|previous|next|coming|upcoming|following|this)\b/g, "Z"],
  [/\b(?:today|tomorrow|yesterday|tmrw?)\b/g, "T"],
  [/\b(?:morning|afternoon|evening|night)\b/g, "P"],
  [/\b(?:[ap] ?\.? ?m\b\.?)/g, "H"],
];

export function shapeOf(text: string): string {
  const plain = CLASSES.reduce((all, [pattern, name]) => all.replace(pattern, name), text.toLowerCase());
  return plain
    .replace(NUMBER_WORDS, "0 ")
    .replace(/[0-9][0-9.,]*(?=[^0-9]|$)/g, "0")
    .replace(/\s+/g, " ")
    .trim();
}
