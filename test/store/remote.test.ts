// This file shows that stores on other machines, signed or in a bucket, behave as every store must.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bucketRemote, signRequest } from "@kolm/store";
import { serveBucket } from "./bucket-server.ts";
import { openRemote, openSigned } from "./remotes.ts";
import { remoteSuite } from "./suite.ts";

remoteSuite("cache server", openRemote);
remoteSuite("cache server with signed entries", openSigned);
remoteSuite("bucket", async () => {
  const bucket = await serveBucket();
  const remote = bucketRemote({
    url: bucket.url,
    timeoutMs: 5000,
    region: "us-east-1",
    credentials: bucket.credentials,
    limit: 1e9,
  });
  return {
    ...remote,
    close: async () => {
      await remote.close();
      await bucket.close();
    },
  };
});

// The worked examples of "Authenticating Requests: Using the Authorization Header", Amazon S3 API reference.
describe("request signing", () => {
  const credentials = { id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
  const common = { region: "us-east-1", credentials, now: new Date("2013-05-24T00:00:00Z") };
  const payload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  it("gives the signature of Amazon's example of reading an object", () => {
    const url = new URL("https://examplebucket.s3.amazonaws.com/test.txt");
    const { authorization } = signRequest({ ...common, method: "GET", url, payload, headers: { range: "bytes=0-9" } });
    assert.match(authorization, /Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/);
  });

  it("gives the signature of Amazon's example of writing an object", () => {
    const url = new URL("https://examplebucket.s3.amazonaws.com/test%24file.text");
    const headers = { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" };
    const body = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    const { authorization } = signRequest({ ...common, method: "PUT", url, payload: body, headers });
    assert.match(authorization, /Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd$/);
  });
});
