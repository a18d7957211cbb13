// This file is a store in a bucket of S3-compatible object storage; a blob's name is the very digest S3 checks the body by.
import { sha256Of } from "../digest.ts";
import type { Remote } from "../port.ts";
import { remoteOver, type RemoteOptions } from "./http.ts";
import { type Credentials, signRequest } from "./sigv4.ts";

export type BucketOptions = Omit<RemoteOptions, "token"> & {
  readonly region: string;
  readonly credentials: Credentials;
  readonly now?: () => Date;
};

const NOTHING = sha256Of(new Uint8Array());

/** `url` is endpoint, bucket and prefix: https://s3.eu-central-1.amazonaws.com/bucket/prefix. Entries are created only once (If-None-Match). */
export function bucketRemote(options: BucketOptions): Remote {
  const { region, credentials, limit, now = () => new Date(), ...rest } = options;
  return remoteOver(
    {
      ...rest,
      headers: ({ method, body, headers }, url) =>
        signRequest({
          method,
          url,
          region,
          payload: body?.sha256 ?? NOTHING,
          ...(headers ? { headers } : {}),
          credentials,
          now: now(),
        }),
    },
    { limit, createOnly: { "if-none-match": "*" } },
  );
}
