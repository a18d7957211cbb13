// This file checks that an ejected folder holds what it says in forms other tools read, and is repacked to identical bytes or refused.
import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { encodeStatement, type LayerKind, memoryContent, packArtifact, signBundle } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { decodeModel, readSafetensors } from "@kolm/onnx";
import { LAYER } from "@kolm/runtime";
import { peftConfig } from "@kolm/runtime";
import { bytesOf, collect, packSample, seedSigner } from "../format/sample.ts";
import { smallLayers, STUDENT } from "../runtime/small-artifact.ts";
import { type Ran, runIn } from "./command.ts";
import { recipeArtifact } from "./recipe-artifact.ts";

const TARGETS = ["layer.0.attention.qkv.weight"];
let folder: string;
const path = (...names: string[]): string => join(folder, ...names);
const run = (...words: string[]): Promise<Ran> => runIn(folder, words);
const codeOf = async (...words: string[]): Promise<string> => {
  const { stdout } = await run(...words, "--json");
  return (JSON.parse(stdout) as { error?: { code: string } }).error?.code ?? "fine";
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kolm-eject-"));
  writeFileSync(path("student.kolm"), await studentArtifact(false));
  writeFileSync(path("thin.kolm"), await studentArtifact(true));
  writeFileSync(path("recipes.kolm"), await recipeArtifact());
});
after(() => rmSync(folder, { recursive: true }));

/** A student with adapter and heads on the built-in base, carried or referenced. */
async function studentArtifact(referenced: boolean): Promise<Uint8Array> {
  const layers = await smallLayers({ ...STUDENT, lora: { rank: 2, alpha: 4, targets: TARGETS } });
  const config = peftConfig({ base: "use-lite", rank: 2, alpha: 4, parameters: TARGETS });
  layers.set(LAYER.adapterConfig, Buffer.from(JSON.stringify(config)));
  const packed = await packArtifact({
    facts: { name: "small", version: "1.0.0", summary: "A small student." },
    layers: [...layers].map(([layer, bytes]) => ({
      path: layer,
      kind: layer.split("/")[1] as LayerKind, // paths here are layers/<kind>/…
      mediaType: "application/octet-stream",
      content: memoryContent(bytes),
      ...(referenced && layer === LAYER.encoder ? { referenced: true as const } : {}),
    })),
    signer: seedSigner(),
    crypto: nodeCrypto,
  });
  return collect(packed.stream());
}

describe("kolm eject and repack", () => {
  for (const name of ["student", "thin", "recipes"])
    it(`give the same bytes again: ${name}`, async () => {
      assert.equal(await codeOf("eject", `${name}.kolm`, name), "fine");
      assert.equal(await codeOf("repack", name, `${name}.again.kolm`), "fine");
      assert.ok(readFileSync(path(`${name}.again.kolm`)).equals(readFileSync(path(`${name}.kolm`))));
    });

  it("give the same bytes again with seals", async () => {
    const { id } = await packSample();
    const member = { kind: "manifest", path: "manifest.json", size: 1, sha256: id, root: id };
    const chain = { links: [id, id], head: id };
    const statement = encodeStatement({ members: [member], chain, spki: seedSigner().spki });
    const seals = new Map([
      ["seal/att-01.json", await signBundle(statement, seedSigner(), nodeCrypto)],
      ["seal/time.tsr", bytesOf("00ff")],
    ]);
    writeFileSync(path("sealed.kolm"), await collect((await packSample({ seals })).stream()));
    assert.equal(await codeOf("eject", "sealed.kolm", "sealed"), "fine");
    assert.equal(await codeOf("repack", "sealed", "sealed.again.kolm"), "fine");
    assert.ok(readFileSync(path("sealed.again.kolm")).equals(readFileSync(path("sealed.kolm"))));
  });

  const built = join(import.meta.dirname, "../../dist/support-bot.kolm");
  it(
    "give the same bytes again: a compiled task",
    { skip: existsSync(built) ? false : "no compiled task here" },
    async () => {
      assert.equal(await codeOf("eject", built, "compiled"), "fine");
      assert.equal(await codeOf("repack", "compiled", "compiled.kolm"), "fine");
      assert.ok(readFileSync(path("compiled.kolm")).equals(readFileSync(built)));
    },
  );
});

describe("an ejected folder", () => {
  it("holds ONNX, a PEFT folder and safetensors as other tools read them", () => {
    const read = (file: string): Uint8Array => readFileSync(path("student", file));
    assert.ok(decodeModel(read("model/encoder.onnx")).nodes.length > 0);
    assert.ok(readSafetensors(read("adapter/adapter_model.safetensors")).weights.size > 0);
    const config = JSON.parse(readFileSync(path("student/adapter/adapter_config.json"), "utf8")) as {
      peft_type: string;
    };
    assert.equal(config.peft_type, "LORA");
    assert.match(readFileSync(path("student/adapter/README.md"), "utf8"), /LoRA adapter/);
  });

  it("explains every file in its README, also the base that is not there", () => {
    for (const name of ["student", "thin", "recipes"]) {
      const readme = readFileSync(path(name, "README.md"), "utf8");
      const files = readdirSync(path(name), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      assert.ok(files.length > 5);
      for (const file of files) {
        const inside = join(file.parentPath, file.name).slice(path(name).length + 1);
        assert.ok(inside === "README.md" || readme.includes(`\`${inside}\``), `${name}: ${inside}`);
      }
    }
    assert.match(readFileSync(path("thin/README.md"), "utf8"), /Not here: layers\/model\/encoder\.onnx/);
    assert.ok(!existsSync(path("thin/model/encoder.onnx")));
  });

  it("has the recipes as text beside their JSON", () => {
    assert.match(
      readFileSync(path("recipes/recipes/pack.txt"), "utf8"),
      /recipe urgent-words: boolean of field urgent/,
    );
  });

  it("is not written into a folder in use, nor from a file that does not verify", async () => {
    mkdirSync(path("used"));
    writeFileSync(path("used/mine.txt"), "mine");
    assert.equal(await codeOf("eject", "recipes.kolm", "used"), "FOLDER_IN_USE");
    const bytes = readFileSync(path("recipes.kolm"));
    bytes[bytes.indexOf("right now")] = 0x77;
    writeFileSync(path("broken.kolm"), bytes);
    assert.equal(await codeOf("eject", "broken.kolm", "from-broken"), "E_CHUNK");
    assert.ok(!existsSync(path("from-broken")));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith(".")),
      [],
    );
  });
});

describe("kolm repack", () => {
  const FILES = ["manifest.json", "receipt.json", "chunks.bin", "recipes/pack.json", "verifier/contract.json"];

  it("names the file that was changed, and leaves no artifact", async () => {
    for (const [at, file] of FILES.entries()) {
      assert.equal(await codeOf("eject", "recipes.kolm", `changed-${at}`), "fine");
      appendFileSync(path(`changed-${at}`, file), " ");
      const { code, stderr } = await run("repack", `changed-${at}`, "changed.kolm");
      assert.equal(code, 1);
      assert.ok(stderr.includes(file), `${file}: ${stderr}`);
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith("changed.kolm")),
        [],
      );
    }
  });

  it("says which file is missing, and does not mind what is for reading", async () => {
    assert.equal(await codeOf("eject", "recipes.kolm", "edited"), "fine");
    appendFileSync(path("edited/README.md"), "my notes");
    writeFileSync(path("edited/recipes/pack.txt"), "");
    assert.equal(await codeOf("repack", "edited", "edited.kolm"), "fine");
    for (const file of FILES) {
      const kept = readFileSync(path("edited", file));
      rmSync(path("edited", file));
      assert.equal(await codeOf("repack", "edited", "edited.kolm"), "EJECT_INCOMPLETE", file);
      writeFileSync(path("edited", file), kept);
    }
    assert.ok(readFileSync(path("edited.kolm")).equals(readFileSync(path("recipes.kolm"))));
  });
});
