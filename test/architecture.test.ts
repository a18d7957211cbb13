// This file holds the codebase to the layers of ARCHITECTURE.md: imports go down, dependencies are declared and used, files stay small.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");

const LAYERS = `
7  tools/dev
6  tools/kolm
5  plugins/nx
4  plugins/base  plugins/teach  plugins/distill  plugins/recipes  plugins/recall  plugins/verify  plugins/seal
3  tools/stage  cache/server
2  tools/runtime  cache/store
1  tools/onnx  tools/recipe  tools/corpus
0  tools/format
`.trim();

type Package = {
  readonly folder: string;
  readonly layer: number;
  readonly name: string;
  readonly declared: ReadonlySet<string>;
  readonly files: readonly string[];
};

const packages: readonly Package[] = LAYERS.split("\n").flatMap((line) => {
  const [layer = "", ...folders] = line.split(/\s+/);
  return folders.map((folder) => readPackage(folder, Number(layer)));
});

test("ARCHITECTURE.md shows the same layers as this test", () => {
  assert.ok(readFileSync(join(root, "ARCHITECTURE.md"), "utf8").includes(LAYERS));
});

test("every package stands in the table of layers", () => {
  const folders = ["cache", "plugins", "tools"].flatMap((top) =>
    readdirSync(join(root, top)).map((name) => `${top}/${name}`),
  );
  assert.deepEqual(
    folders.filter((folder) => existsSync(join(root, folder, "package.json"))).sort(),
    packages.map(({ folder }) => folder).sort(),
  );
});

test("imports between packages only go down", () => {
  const byName = new Map(packages.map((one) => [one.name, one]));
  const wrong = packages.flatMap((one) =>
    importsOf(one).flatMap(({ file, name }) => {
      const target = byName.get(name);
      return target && target !== one && target.layer >= one.layer ? [`${file} imports ${name}`] : [];
    }),
  );
  assert.deepEqual(wrong, []);
});

test("relative imports stay inside their package", () => {
  const wrong = packages.flatMap(({ folder, files }) =>
    files.flatMap((file) =>
      specifiers(file)
        .filter((specifier) => specifier.startsWith(".") && !join(dirname(file), specifier).startsWith(`${folder}/`))
        .map((specifier) => `${file} imports ${specifier}`),
    ),
  );
  assert.deepEqual(wrong, []);
});

test("every dependency that is imported is declared, and every declared one is used", () => {
  for (const one of packages) {
    const used = new Set(importsOf(one).map(({ name }) => name));
    const undeclared = [...used].filter((name) => name !== one.name && !one.declared.has(name));
    assert.deepEqual(undeclared, [], `${one.folder} imports what it does not declare`);
    const text = one.files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
    const unused = [...one.declared].filter((name) => !used.has(name) && !text.includes(`"${name}`));
    assert.deepEqual(unused, [], `${one.folder} declares what it does not use`);
  }
});

test("no source file is over 250 lines and no folder over 12 source files", () => {
  const perFolder = new Map<string, number>();
  for (const file of packages.flatMap(({ files }) => files)) {
    const lines = readFileSync(join(root, file), "utf8").trimEnd().split("\n").length;
    assert.ok(lines <= 250, `${file} has ${lines} lines`);
    perFolder.set(dirname(file), (perFolder.get(dirname(file)) ?? 0) + 1);
  }
  assert.deepEqual(
    [...perFolder].filter(([, count]) => count > 12),
    [],
  );
});

test("every source file but an index says first what it is for", () => {
  const silent = packages
    .flatMap(({ files }) => files)
    .filter(
      (file) =>
        !file.endsWith("/index.ts") && !/^(#!.*\n)?\/\/ This file /.test(readFileSync(join(root, file), "utf8")),
    );
  assert.deepEqual(silent, []);
});

test("pure packages reach no platform", () => {
  const pure = packages.filter(({ layer }) => layer <= 2).filter(({ folder }) => folder !== "cache/store");
  const wrong = pure.flatMap(({ folder, files }) =>
    files
      .filter((file) => file.startsWith(`${folder}/src/`))
      .flatMap((file) =>
        specifiers(file)
          .filter((specifier) => specifier.startsWith("node:"))
          .map((specifier) => `${file} imports ${specifier}`),
      ),
  );
  assert.deepEqual(wrong, []);
});

function readPackage(folder: string, layer: number): Package {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
    name: string;
    dependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
  };
  const files = ["src", "node", "wasm", "bin"].flatMap((part) => {
    const path = join(root, folder, part);
    if (!existsSync(path)) return [];
    const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    return names.map((name) => `${folder}/${part}/${name}`);
  });
  return {
    folder,
    layer,
    name: manifest.name,
    declared: new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })),
    files,
  };
}

function importsOf({ files }: Package): { file: string; name: string }[] {
  return files.flatMap((file) =>
    specifiers(file)
      .filter((specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
      .map((specifier) => ({
        file,
        name: specifier
          .split("/")
          .slice(0, specifier.startsWith("@") ? 2 : 1)
          .join("/"),
      })),
  );
}

/** What a file imports, statically or lazily; comments are left out. */
function specifiers(file: string): string[] {
  const code = readFileSync(join(root, file), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");
  return [
    ...code.matchAll(
      /(?:^|[\s;])(?:import|export)\s[^"';]*?from\s*"([^"]+)"|import\(\s*"([^"]+)"\s*\)|^import\s+"([^"]+)"/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}
