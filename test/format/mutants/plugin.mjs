// This file gives Stryker a runner of the format's tests and tells it which literals are prose. Loaded without tsx, hence no types.
import { pathToFileURL } from "node:url";

const PROSE = /[A-Za-z.,;:] |[ ][A-Za-z]/;

/** What a person reads may be worded otherwise; codes, names and subjects have no blanks and are mutated. */
class ProseIgnorer {
  shouldIgnore({ node }) {
    const texts =
      node.type === "StringLiteral"
        ? [node.value]
        : node.type === "TemplateLiteral"
          ? node.quasis.map((quasi) => quasi.value.raw)
          : [];
    return texts.some((text) => PROSE.test(text)) ? "a sentence for people" : undefined;
  }
}

/** Stands for the runner, which is TypeScript and can be loaded only where the tests run. */
class FormatRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    // The sandbox's own copy: what changes in the repository meanwhile changes nothing here.
    const sandbox = pathToFileURL(`${process.cwd()}/`).href;
    const { startRunner } = await import(`${sandbox}test/format/mutants/runner.ts`);
    this.runner = startRunner(sandbox);
  }

  dryRun() {
    return this.runner.dryRun();
  }

  mutantRun(options) {
    return this.runner.mutantRun(options);
  }
}

export const strykerPlugins = [
  { kind: "Ignore", name: "prose", injectableClass: ProseIgnorer },
  { kind: "TestRunner", name: "format", injectableClass: FormatRunner },
];
