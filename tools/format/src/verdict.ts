// This file defines what a verification says: the stable codes, the finding that stopped it, the verdict. SPEC.md §11.

/** Every reason a verifier can refuse for, in the order of SPEC.md §11; a stable interface. */
export const VERDICT_CODES = [
  "E_EOCD",
  "E_ZIP64",
  "E_LIMIT",
  "E_NAME",
  "E_DUP",
  "E_ORDER",
  "E_TILE",
  "E_HEADER",
  "E_DIRECTORY",
  "E_TAIL",
  "E_JSON",
  "E_MANIFEST",
  "E_SIZE",
  "E_DIGEST",
  "E_CHUNK",
  "E_ROOT",
  "E_CHAIN",
  "E_HEAD",
  "E_DSSE",
  "E_SIG",
  "E_KEY_UNKNOWN",
  "E_KEY_ROLE",
  "E_KEY_REVOKED",
  "E_TRUST_EXPIRED",
  "E_TRUST_ROLLBACK",
  "E_SUBJECT",
  "E_SEAL_NAME",
  "E_SEAL_SUBJECT",
  "E_ANCHOR_PROOF",
  "E_ANCHOR_SIG",
  "E_ANCHOR_QUORUM",
  "E_ANCHOR_MISSING",
  "E_POLICY",
] as const;
export type VerdictCode = (typeof VERDICT_CODES)[number];

/** The first thing found wrong. */
export type Finding = {
  readonly code: VerdictCode;
  /** The member's path, or "file", "directory" or "end record". */
  readonly subject: string;
  /** One sentence that names the subject, what was found and what was expected. */
  readonly detail: string;
  /** The chunk (E_CHUNK) or the chain link (E_CHAIN), from 0. */
  readonly index?: number;
};

/** Whether the signer is one of the keys the caller trusts, or vouches for itself only. */
export type SignerStanding = { readonly kid: string; readonly standing: "trusted" | "self-declared" };

/** A seal is "signed" when its signature was checked, "unjudged" when this verifier cannot check its kind. */
export type SealStanding = { readonly path: string; readonly standing: "signed" | "unjudged" };

/** A layer whose bytes are not in the file: what they must be is signed, they themselves are not judged. */
export type ReferencedLayer = { readonly path: string; readonly size: number; readonly sha256: string };

export type Verdict =
  | {
      readonly passed: true;
      /** SHA-256 of manifest.json, lower-case hex. */
      readonly id: string;
      readonly signer: SignerStanding;
      /** "all": every byte was read and proved; "front": all but the layers' and seals' own bytes. */
      readonly covers: "all" | "front";
      readonly tenantChain: "absent" | "unchecked" | "proved";
      readonly seals: readonly SealStanding[];
      readonly referenced: readonly ReferencedLayer[];
    }
  | {
      readonly passed: false;
      /** Known once manifest.json could be read. */
      readonly id: string | undefined;
      readonly finding: Finding;
    };

export type Refusal = { readonly ok: false; readonly finding: Finding };
/** A value, or the finding that stands in its way. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | Refusal;

export function accept<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refuse(code: VerdictCode, subject: string, detail: string, index?: number): Refusal {
  return { ok: false, finding: index === undefined ? { code, subject, detail } : { code, subject, detail, index } };
}
