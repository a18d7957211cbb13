// This file shows what of an HTML page becomes text, and how its headings title it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytesOf, readText, sectionsOf } from "./fixtures.ts";

const html = async (page: string | Uint8Array): Promise<[string, string][]> =>
  sectionsOf(await readText("a/my_page.html", page));

describe("HTML", () => {
  it("is cut at headings; what stands before them is under the page's title, else the file's name", async () => {
    const body = "<p>Intro<h1>One <i>and</i>\n more</h1><p>first<h3>Deep</h3>x<h2>Two</h2><p>second<h1>Three</h1>third";
    const rest = [
      ["One and more", "first"],
      ["One and more > Deep", "x"],
      ["One and more > Two", "second"],
      ["Three", "third"],
    ];
    assert.deepEqual(await html(`<title>The &amp;\n page</title>${body}`), [["The & page", "Intro"], ...rest]);
    assert.deepEqual(await html(body), [["my page", "Intro"], ...rest]);
  });

  it("keeps paragraphs, lists, tables and preformatted text apart, and joins words across inline elements", async () => {
    const page =
      "<p>bo<b>ld</b>  text<br>next</p><ul><li>a<li>b</ul><table><tr><td>1</td><td>2</td></tr><tr><td>3</table><pre>x\n  y</pre>";
    assert.equal((await readText("a.html", page)).text.trimEnd(), "bold text\nnext\n\na\nb\n\n1 2\n3\n\nx\n  y");
  });

  it("leaves out scripts, styles, navigation, comments and what is hidden", async () => {
    const page = `<head><style>p{}</style><script>"<p>s</p>"</script></head><nav>menu<p>more</nav><p>kept
      <!-- no --><span hidden>no<br>no</span><span aria-hidden=true>no</span><i style="color:red; display: none">no</i>
      <template>no</template><noscript>no</noscript><svg><text>no</text></svg><img alt="a picture" src=x><div role=navigation>no</div>`;
    assert.deepEqual(await html(page), [["my page", "kept a picture"]]);
  });

  it("decodes entities and the charset it declares", async () => {
    assert.deepEqual(await html("caf&eacute; &lt;b&gt; &#x1F600;&nbsp;x"), [["my page", "café <b> 😀\u00a0x"]]);
    for (const declared of [
      '<meta charset="iso-8859-1">',
      '<META http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
    ]) {
      const bytes = Uint8Array.from([...bytesOf(`${declared}caf`), 0xe9]);
      assert.deepEqual(await html(bytes), [["my page", "café"]]);
    }
    assert.deepEqual(await html('<meta charset="utf-16">café'), [["my page", "café"]]);
  });

  it("whose bytes are not of its charset is refused", async () => {
    await assert.rejects(html(Uint8Array.from([...bytesOf("caf"), 0xe9])), /not UTF-8: byte 0xe9 at offset 3/);
    await assert.rejects(html('<meta charset="klingon">x'), /declares the charset "klingon", which is not known/);
    const shift = Uint8Array.from([...bytesOf('<meta charset="shift_jis">'), 0x81]);
    await assert.rejects(html(shift), /declares the charset shift_jis, but its bytes are not of that charset/);
  });

  it("made to be deep is refused at once", async () => {
    await assert.rejects(html("<div>".repeat(2_000_000)), {
      code: "CORPUS_UNREADABLE",
      message: /nested more than 4096 deep/,
    });
    assert.deepEqual(await html("<b>".repeat(4000)), []);
  });
});
