// This file is a process that answers chat completions on a free port, which it prints, until its input ends.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const content = JSON.stringify({ answer: { mood: "good" } });
const body = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "loopback",
  choices: [
    { index: 0, finish_reason: "stop", logprobs: null, message: { role: "assistant", content, refusal: null } },
  ],
  usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
});

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.resume().on("end", () => process.exit(0));
