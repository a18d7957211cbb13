// This file signs a request to S3-compatible object storage. AWS Signature Version 4, "Authenticating Requests (Authorization header)".
import { createHash, createHmac } from "node:crypto";

export type Credentials = {
  readonly id: string;
  readonly secret: string;
  readonly sessionToken?: string | undefined;
};
export type Signing = {
  readonly method: string;
  readonly url: URL;
  readonly region: string;
  /** Hex SHA-256 of the body. */
  readonly payload: string;
  /** Further headers to sign, lower-case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
  readonly now: Date;
};

/** The headers to send along, `authorization` among them. The path's parts must hold letters, digits, - . _ and ~ only. */
export function signRequest({ method, url, region, payload, headers = {}, credentials, now }: Signing) {
  const instant = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const scope = `${instant.slice(0, 8)}/${region}/s3/aws4_request`;
  const token = credentials.sessionToken === undefined ? {} : { "x-amz-security-token": credentials.sessionToken };
  const sent = { ...headers, "x-amz-content-sha256": payload, "x-amz-date": instant, ...token };
  const signed = Object.entries({ ...sent, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    url.pathname,
    "",
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    "",
    names,
    payload,
  ].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const key = [instant.slice(0, 8), region, "s3", "aws4_request"].reduce<Buffer | string>(
    (last, part) => createHmac("sha256", last).update(part).digest(),
    `AWS4${credentials.secret}`,
  );
  const signature = createHmac("sha256", key).update(`AWS4-HMAC-SHA256\n${instant}\n${scope}\n${digest}`).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.id}/${scope},SignedHeaders=${names},Signature=${signature}`;
  return { ...sent, authorization };
}
