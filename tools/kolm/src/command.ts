// This file defines what a command is: its words, its flags and what it does.

type Flag = { readonly type: "string" | "boolean"; readonly summary: string; readonly value?: string };
type Operand = {
  readonly name: string;
  readonly required: boolean;
  readonly summary: string;
  /** The last operand of a command may stand for any number of words. */
  readonly many?: boolean;
};
type Call = {
  readonly operands: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
};

export type Command = {
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly Operand[];
  readonly flags: Readonly<Record<string, Flag>>;
  readonly examples: readonly string[];
  /** Answers the exit code; what a person can fix is thrown as KolmError. */
  readonly run: (call: Call) => Promise<number>;
};
