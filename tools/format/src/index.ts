// This file lists what @kolm/format offers.
export { assembleArtifact, MIMETYPE } from "./artifact/assemble.ts";
export type { Assembly, AssemblyRequest, LayerContent } from "./artifact/assemble.ts";
export type { VerifyOptions } from "./artifact/front.ts";
export { measure } from "./artifact/measure.ts";
export type { Measure } from "./artifact/measure.ts";
export { openArtifact } from "./artifact/open.ts";
export type { Artifact } from "./artifact/open.ts";
export { packArtifact } from "./artifact/pack.ts";
export type { LayerSource, Packed, PackRequest } from "./artifact/pack.ts";
export { sealArtifact } from "./artifact/seal.ts";
export type { ArtifactFacts, LayerFacts, MeasuredLayer, Sealed, SealRequest } from "./artifact/seal.ts";
export { verifyStream } from "./artifact/stream.ts";
export type { StreamOptions } from "./artifact/stream.ts";
export { verifyArtifact } from "./artifact/verify.ts";
export { base64, concatBytes, equalBytes, fromBase64, fromHex, fromUtf8, hex, utf8 } from "./bytes.ts";
export { canonicalBytes, canonicalJson, parseCanonical } from "./canonical.ts";
export type { Json, Parsed } from "./canonical.ts";
export { chainMembers, publicChain, tenantChain, tenantKey } from "./chain.ts";
export type { Chain, ChainMember, TenantKey } from "./chain.ts";
export { placeMembers } from "./container/layout.ts";
export type { Layout, Member, MemberFacts } from "./container/layout.ts";
export { compareCodeUnits, LAYER_KINDS } from "./container/names.ts";
export type { LayerKind } from "./container/names.ts";
export { readContainer } from "./container/read.ts";
export type { Arriving, ReadableBytes } from "./container/feed.ts";
export { memoryContent, memorySource } from "./container/source.ts";
export type { ByteSource, Content } from "./container/source.ts";
export { writeContainer } from "./container/write.ts";
export type { MemberContent } from "./container/write.ts";
export { portableCrypto, webCrypto } from "./crypto/web.ts";
export type { SubtleLike } from "./crypto/web.ts";
export { BooleanField, Contract, EnumField, Field, isSources, SpanField, SpansField } from "./contract.ts";
export type { FieldValue, LabelledSpan, Output, Row, Span } from "./contract.ts";
export { digestOf, hkdf32, portableHashing, sha256Of } from "./digest.ts";
export type { Crypto, Hasher, Hashing } from "./digest.ts";
export { assert, KolmError, unreachable } from "./errors.ts";
export type { Place } from "./errors.ts";
export { frame } from "./frame.ts";
export type { FrameTag } from "./frame.ts";
export { Layer, Manifest } from "./manifest.ts";
export { CHUNK_SIZE, inclusionPath, isConsistent, isIncluded, leafDigest, merkleRoot } from "./merkle.ts";
export type { Consistency, Inclusion } from "./merkle.ts";
export { Bundle, kidOf, parseBundle, PAYLOAD_TYPE, preAuthEncoding, signBundle } from "./receipt/bundle.ts";
export type { Envelope, Signer } from "./receipt/bundle.ts";
export { checkSignature } from "./receipt/check.ts";
export type { SignatureOptions } from "./receipt/check.ts";
export { ed25519Spki, isStrictEd25519, rawEd25519 } from "./receipt/ed25519.ts";
export {
  declaredKey,
  encodeStatement,
  parseStatement,
  Predicate,
  RECEIPT_TYPE,
  Statement,
} from "./receipt/statement.ts";
export { acceptTrust } from "./trust/accept.ts";
export type { AcceptOptions } from "./trust/accept.ts";
export { draftTrust, signTrust } from "./trust/draft.ts";
export type { TrustFacts } from "./trust/draft.ts";
export { encodeTrustFile, parseTrustFile, TRUST_PAYLOAD_TYPE } from "./trust/history.ts";
export type { TrustSignature, TrustVersion } from "./trust/history.ts";
export { judgeMinimum, judgeSigner } from "./trust/judge.ts";
export { Policy } from "./trust/policy.ts";
export type { Judged } from "./trust/policy.ts";
export { Instant, NamePattern, ROLES, Trust, TrustKey } from "./trust/trust.ts";
export type { Role } from "./trust/trust.ts";
export { judge, trustedKeysOf, verifyDemands } from "./trust/verify.ts";
export type { Demands } from "./trust/verify.ts";
export { Membership, MEMBERSHIP_PATH, MembershipProof, TREE_NAMES } from "./membership/documents.ts";
export type { TreeName } from "./membership/documents.ts";
export { membershipFault, membershipKey, plantTree, proveMembership } from "./membership/tree.ts";
export type { MembershipRecord } from "./membership/tree.ts";
export { documentSchema } from "./schema.ts";
export { VERDICT_CODES } from "./verdict.ts";
export type { Finding, ReferencedLayer, SealStanding, SignerStanding, Verdict, VerdictCode } from "./verdict.ts";
