#!/usr/bin/env python3
"""Verifies an RS-1 artifact (.kolm) with nothing but Python 3.9 or newer and its standard library.

Written from SPEC.md alone; it shares no code with the TypeScript packages. Same checks, same order, same codes.

    verify.py [--json] [--trust-key KEY]... [--tenant-secret-file FILE [--tenant-kid KID]] FILE

Ends with 0 when the file verifies, 1 when it does not, 2 when it could not be judged (no such file, bad option).
With --batch it reads requests from standard input, one JSON object a line, and answers each with one line of JSON:
{"file": PATH} or {"base64": BYTES}, and where wanted "trustedKeys": [HEX OF DER] and "tenant": {"kid", "secret": HEX}.
"""
import argparse
import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import struct
import sys
import zlib

# ---------------------------------------------------------------------------------------------- what is found wrong


class Refused(Exception):
    """The first thing found wrong: a code of SPEC.md §11, the member it concerns, a sentence."""

    def __init__(self, code, subject, detail, index=None):
        super().__init__(detail)
        self.finding = {"code": code, "subject": subject, "detail": detail}
        if index is not None:
            self.finding["index"] = index


class NotCanonical(Exception):
    """Bytes that are not JSON in the one form of SPEC.md §3."""


# --------------------------------------------------------------------------------------------------- §2 container

MIB = 1 << 20
MAX_FILE = 1 << 40
MAX_MEMBERS = 1024
WIDE = 0xFFFFFFFF
KINDS = ("model", "adapter", "recipes", "recall", "verifier", "docs")
FRONT = ("mimetype", "manifest.json", "receipt/bundle.json", "index/chunks.bin")
PART = "[a-z0-9][a-z0-9._-]{0,62}"
NAME = re.compile(PART + "(?:/" + PART + "){0,3}")
DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
SEAL = re.compile(r"seal/(?:anchor\.tlog-proof|bundle-[0-9a-f]{16}\.json|att-[0-9]{2}\.json|oms\.sig|time\.tsr)")


class Member:
    """A member in its place (§2.3)."""

    def __init__(self, path, size, crc, stated):
        self.path, self.size, self.crc, self.stated = path, size, crc, stated
        self.offset = self.data = self.align = self.pad = 0

    def place(self, offset):
        self.offset = offset
        bare = offset + 30 + len(self.path) + (20 if self.size >= WIDE else 0)
        if self.path == "mimetype":
            self.data = bare
            return
        self.align = 16384 if self.size >= 16384 else 64
        self.pad = -(bare + 6) % self.align
        self.data = bare + 6 + self.pad

    def common(self, extra):
        stored = min(self.size, WIDE)
        return struct.pack("<HHHHIIIHH", 0, 0, 0, 0x21, self.crc, stored, stored, len(self.path), len(extra))

    def local_header(self):
        wide = self.size >= WIDE
        extra = struct.pack("<HHQQ", 1, 16, self.size, self.size) if wide else b""
        if self.align:
            extra += struct.pack("<HHH", 0xD935, 2 + self.pad, self.align) + bytes(self.pad)
        return b"PK\3\4" + struct.pack("<H", 45 if wide else 10) + self.common(extra) + self.path.encode() + extra

    def central_record(self):
        values = [self.size] * 2 if self.size >= WIDE else []
        values += [self.offset] if self.offset >= WIDE else []
        extra = struct.pack("<HH%dQ" % len(values), 1, 8 * len(values), *values) if values else b""
        version = 45 if values else 10
        tail = struct.pack("<HHHII", 0, 0, 0, 0, min(self.offset, WIDE))
        head = b"PK\1\2" + struct.pack("<HH", version, version) + self.common(extra)
        return head + tail + self.path.encode() + extra


def end_records(count, offset, size):
    wide = b""
    if offset >= WIDE or size >= WIDE:
        wide = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
        wide += b"PK\6\7" + struct.pack("<IQI", 0, offset + size, 1)
    return wide + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, min(size, WIDE), min(offset, WIDE), 0)


def read_end(source):
    """§2.7 steps 1 and 2: where the directory says it stands."""
    if source.size > MAX_FILE:
        raise Refused("E_LIMIT", "file", "The file has more than 2^40 bytes.")
    if source.size < 22:
        raise Refused("E_EOCD", "file", "The file is too short for an artifact.")
    end = source.read(source.size - 22, 22)
    count, size, offset, comment = struct.unpack("<10xHIIH", end)
    if end[:4] != b"PK\5\6" or comment != 0:
        raise Refused("E_EOCD", "end record", "The file does not end with an end record.")
    tail = 22
    if count == 0xFFFF or size == WIDE or offset == WIDE:
        tail += 76
        at = source.size - tail
        wide = source.read(at, 76) if at >= 0 else bytes(76)
        locator = struct.unpack("<Q", wide[64:72])[0]
        if wide[:4] != b"PK\6\6" or wide[56:60] != b"PK\6\7" or locator != at:
            raise Refused("E_ZIP64", "end record", "The ZIP64 end records are not at their place.")
        count, size, offset = struct.unpack("<32xQQQ", wide[:56])
        if max(count, size, offset) > MAX_FILE:
            raise Refused("E_LIMIT", "end record", "The ZIP64 end record states sizes beyond 2^40.")
    if not 1 <= count <= MAX_MEMBERS:
        raise Refused("E_LIMIT", "end record", "The end record counts %d members." % count)
    if size > MIB:
        raise Refused("E_LIMIT", "directory", "The directory has %d bytes." % size)
    if offset + size + tail != source.size:
        raise Refused("E_TILE", "directory", "The directory does not end where the end records begin.")
    return count, offset, size


def parse_directory(data, count):
    """§2.7 step 3."""
    members, at = [], 0
    for index in range(count):
        member, at = parse_record(data, at)
        if member is None:
            raise Refused("E_DIRECTORY", "directory", "Record %d of the directory is malformed." % index)
        members.append(member)
    if at != len(data):
        raise Refused("E_DIRECTORY", "directory", "The directory has bytes beyond its records.")
    return members


def parse_record(data, at):
    if at + 46 > len(data) or data[at : at + 4] != b"PK\1\2":
        return None, at
    crc, _, size, name, extra, comment = struct.unpack("<III3H", data[at + 16 : at + 34])
    (offset,) = struct.unpack("<I", data[at + 42 : at + 46])
    end = at + 46 + name + extra
    if comment != 0 or end > len(data):
        return None, at
    path, field = data[at + 46 : at + 46 + name].decode("latin-1"), data[at + 46 + name : end]
    values = (2 if size == WIDE else 0) + (1 if offset == WIDE else 0)
    if values:
        if len(field) != 4 + 8 * values or struct.unpack("<HH", field[:4]) != (1, 8 * values):
            return None, at
        numbers = struct.unpack("<%dQ" % values, field[4:])
        size = numbers[0] if size == WIDE else size
        offset = numbers[-1] if offset == WIDE else offset
        if max(size, offset) > MAX_FILE:
            return None, at
    elif field:
        return None, at
    return Member(path, size, crc, offset), end


def name_fault(path):
    if not NAME.fullmatch(path):
        return "is not made of lower-case ASCII words joined by /"
    for part in path.split("/"):
        if DEVICE.fullmatch(part):
            return "is a device name on Windows"
        if part.endswith("."):
            return "has a part that ends in a dot"
    return None


def zone(path):
    parts = path.split("/")
    if parts[0] == "seal" and len(parts) > 1:
        return len(KINDS)
    return KINDS.index(parts[1]) if parts[0] == "layers" and len(parts) > 2 and parts[1] in KINDS else -1


def check_names(paths):
    """§2.7 step 4, in the order of the codes there."""
    for path in paths:
        fault = name_fault(path)
        if fault:
            raise Refused("E_NAME", path, "The member name %s %s." % (json.dumps(path[:80]), fault))
    seen = set()
    for path in paths:
        if path in seen:
            raise Refused("E_DUP", path, "Two members are named %s." % path)
        seen.add(path)
    for path in paths:
        if path.startswith("seal/") and not SEAL.fullmatch(path):
            raise Refused("E_SEAL_NAME", path, "%s is not a seal that RS-1 knows." % path)
    for at, expected in enumerate(FRONT):
        found = paths[at] if at < len(paths) else "nothing"
        if found != expected:
            raise Refused("E_ORDER", found, "Member %d is %s, it must be %s." % (at, found, expected))
    for at in range(len(FRONT), len(paths)):
        if zone(paths[at]) < 0:
            raise Refused("E_ORDER", paths[at], "%s stands in no place that RS-1 has." % paths[at])
        before = paths[at - 1]
        if at > len(FRONT) and (zone(before), before) > (zone(paths[at]), paths[at]):
            raise Refused("E_ORDER", paths[at], "%s must stand before %s." % (paths[at], before))


def size_limit(path):
    if path == "manifest.json":
        return 4 * MIB
    if path.startswith(("receipt/", "seal/")):
        return MIB
    return (MIB + MAX_MEMBERS) * 32 if path.startswith("index/") else MAX_FILE


def read_container(source):
    """§2.7 steps 1 to 5: every byte that is no member's content."""
    count, directory_at, directory_size = read_end(source)
    directory = source.read(directory_at, directory_size)
    members = parse_directory(directory, count)
    check_names([member.path for member in members])
    total = 0
    for member in members:
        total += member.size
        if member.size > size_limit(member.path):
            raise Refused("E_LIMIT", member.path, "%s has %d bytes, too many." % (member.path, member.size))
        if total > source.size:
            raise Refused("E_TILE", member.path, "%s does not fit into the file." % member.path)
    offset = 0
    for member in members:
        member.place(offset)
        offset = member.data + member.size
        if member.stated != member.offset:
            raise Refused("E_TILE", member.path, "%s does not begin where what is before it ends." % member.path)
    if offset != directory_at:
        raise Refused("E_TILE", "directory", "The directory does not begin where the members end.")
    for member in members:
        if source.read(member.offset, member.data - member.offset) != member.local_header():
            raise Refused("E_HEADER", member.path, "The local header of %s is not canonical." % member.path)
    at = 0
    for member in members:
        record = member.central_record()
        if directory[at : at + len(record)] != record:
            raise Refused("E_DIRECTORY", member.path, "The directory record of %s is not canonical." % member.path)
        at += len(record)
    if at != len(directory):
        raise Refused("E_DIRECTORY", "directory", "The directory is longer than its records.")
    at = directory_at + directory_size
    if source.read(at, source.size - at) != end_records(count, directory_at, directory_size):
        raise Refused("E_TAIL", "end record", "The end records are not canonical.")
    return members


# --------------------------------------------------------------------------------------------------------- §3 JSON

SURROGATE = re.compile("[\ud800-\udfff]")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
ESCAPED = re.compile('["\\\\\x00-\x1f]')


def refuse_number(text):
    raise NotCanonical("holds the number %s" % text[:20])


def parse_canonical(data):
    try:
        text = data.decode("utf-8")
        value = json.loads(text, parse_float=refuse_number, parse_constant=refuse_number)
    except NotCanonical:
        raise
    except (ValueError, RecursionError):
        raise NotCanonical("is not JSON in UTF-8")
    check_value(value, 1)
    if encode(value).encode("utf-8") != data:
        raise NotCanonical("is not in canonical form (RFC 8785)")
    return value


def check_value(value, depth):
    if isinstance(value, str):
        if SURROGATE.search(value):
            raise NotCanonical("holds half of a surrogate pair")
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > 2**53 - 1:
            raise NotCanonical("holds a number that is not a safe integer")
    elif isinstance(value, (list, dict)):
        if depth > 64:
            raise NotCanonical("is nested more than 64 levels deep")
        if isinstance(value, dict):
            if "__proto__" in value:
                raise NotCanonical("holds the key __proto__")
            for key in value:
                check_value(key, depth)
        for element in value.values() if isinstance(value, dict) else value:
            check_value(element, depth + 1)


def encode(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"%s"' % ESCAPED.sub(lambda one: ESCAPES.get(one[0]) or "\\u%04x" % ord(one[0]), value)
    if isinstance(value, list):
        return "[%s]" % ",".join(map(encode, value))
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{%s}" % ",".join("%s:%s" % (encode(key), encode(value[key])) for key in keys)


# ------------------------------------------------------------------------------- schemas: §4, §8, §9.1 and their words


def text(pattern):
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def characters(low, high):
    """A string of so many Unicode code points."""
    return lambda value: isinstance(value, str) and low <= len(value) <= high


def exactly(expected):
    return lambda value: type(value) is type(expected) and value == expected


def keys(required, optional=None):
    allowed = dict(required, **(optional or {}))

    def fits(value):
        if not isinstance(value, dict) or not all(key in value for key in required):
            return False
        return all(key in allowed and allowed[key](value[key]) for key in value)

    return fits


def list_of(check, low, high=None):
    def fits(value):
        return isinstance(value, list) and low <= len(value) and (high is None or len(value) <= high) and all(map(check, value))

    return fits


def is_facts(value):
    return isinstance(value, dict) and all(FACT(name) and DECIMAL(one) for name, one in value.items())


def is_base64(value):
    return isinstance(value, str) and from_base64(value) is not None


def from_base64(value):
    try:
        data = base64.b64decode(value.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode() == value else None


FACT = text(r"[a-z][a-zA-Z0-9_.]{0,62}")
DECIMAL = text(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?")
DIGEST = text(r"[0-9a-f]{64}")
KID = text(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
ARTIFACT_NAME = text(r"[a-z0-9][a-z0-9-]{0,62}")
VERSION = text(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}(?:-[0-9a-z.-]{1,64})?")
MEDIA_TYPE = text(r"[a-z0-9][a-z0-9.+-]{0,126}/[a-z0-9][a-z0-9.+-]{0,126}")


def is_layer(layer):
    if not LAYER_KEYS(layer):
        return False
    fits = name_fault(layer["path"]) is None and layer["path"].startswith("layers/%s/" % layer["kind"])
    return fits and ("referenced" not in layer or layer["kind"] == "model")


LAYER_KEYS = keys(
    {
        "kind": lambda value: isinstance(value, str) and value in KINDS,
        "path": lambda value: isinstance(value, str),
        "mediaType": MEDIA_TYPE,
        "size": lambda value: type(value) is int and 1 <= value <= MAX_FILE,
        "sha256": DIGEST,
        "root": DIGEST,
        "chunk": exactly(MIB),
    },
    {"sensitive": exactly(True), "referenced": exactly(True)},
)
MANIFEST_KEYS = keys(
    {"format": exactly("kolm/rs-1"), "name": ARTIFACT_NAME, "version": VERSION, "layers": list_of(is_layer, 1, MAX_MEMBERS - 4)},
    {
        "summary": characters(1, 500),
        "base": keys({"name": characters(1, 128), "sha256": DIGEST}),
        "kscore": is_facts,
        "gate": is_facts,
    },
)
BUNDLE_KEYS = keys(
    {
        "mediaType": exactly("application/vnd.dev.sigstore.bundle.v0.3+json"),
        "verificationMaterial": keys({"publicKey": keys({"hint": DIGEST})}),
        "dsseEnvelope": keys(
            {
                "payloadType": exactly("application/vnd.in-toto+json"),
                "payload": is_base64,
                "signatures": list_of(keys({"keyid": lambda value: isinstance(value, str), "sig": is_base64}), 1, 1),
            }
        ),
    }
)
STATEMENT_KEYS = keys(
    {
        "_type": exactly("https://in-toto.io/Statement/v1"),
        "subject": list_of(keys({"name": lambda value: isinstance(value, str), "digest": keys({"sha256": DIGEST})}), 1),
        "predicateType": exactly("https://rs1.example/receipt/v1"),
        "predicate": keys(
            {"chain": keys({"alg": exactly("hmac-sha256"), "key": exactly("public.v1"), "head": DIGEST, "links": list_of(DIGEST, 2)})},
            {
                "tenantChain": keys({"kid": KID, "head": DIGEST}),
                "artifact": keys({"name": ARTIFACT_NAME, "version": VERSION}),
                "kscore": is_facts,
                "gate": is_facts,
                "signer": keys({"alg": exactly("ed25519"), "spki": is_base64}),
            },
        ),
    }
)


def parse_manifest(data):
    try:
        manifest = parse_canonical(data)
    except NotCanonical as why:
        raise Refused("E_JSON", "manifest.json", "manifest.json %s." % why)
    fits = MANIFEST_KEYS(manifest)
    if fits:
        places = [(KINDS.index(layer["kind"]), layer["path"]) for layer in manifest["layers"]]
        fits = all(left < right for left, right in zip(places, places[1:]))
    if not fits:
        raise Refused("E_MANIFEST", "manifest.json", "manifest.json breaks its schema.")
    return manifest


# --------------------------------------------------------------------------------------- digests, §5 tree, §7 chains


def sha(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def leaf(chunk):
    return sha(b"\0", chunk)


def tree(leaves):
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha(b"\1", tree(leaves[:split]), tree(leaves[split:]))


def frame(tag, *parts):
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return b"KOLM-RS1\0" + bytes([tag]) + len(parts).to_bytes(4, "big") + framed


def link(key, index, member, previous):
    kind, path, size, digest, root = member
    numbers = index.to_bytes(4, "big"), size.to_bytes(8, "big")
    return mac(key, frame(1, numbers[0], kind.encode(), path.encode(), numbers[1], digest, root, previous))


def chain_members(data, manifest):
    chunks = [leaf(data[at : at + MIB]) for at in range(0, len(data), MIB)]
    members = [("manifest", "manifest.json", len(data), sha(data), tree(chunks))]
    for layer in manifest["layers"]:
        digests = bytes.fromhex(layer["sha256"]), bytes.fromhex(layer["root"])
        members.append((layer["kind"], layer["path"], layer["size"]) + digests)
    return members


PUBLIC_KEY = b"kolm.rs1.chain.public.v1"


def check_chain(chain, members):
    links = [bytes.fromhex(one) for one in chain["links"]]
    if len(links) != len(members):
        raise Refused("E_CHAIN", FRONT[2], "The receipt has %d links for %d members." % (len(links), len(members)), len(members))
    for index in list(range(1, len(members))) + [0]:
        previous = links[index - 1] if index else bytes(32)
        if link(PUBLIC_KEY, index, members[index], previous) != links[index]:
            raise Refused("E_CHAIN", members[index][1], "Chain link %d does not hold." % index, index)
    if chain["head"] != chain["links"][-1]:
        raise Refused("E_HEAD", FRONT[2], "The head the receipt states is not the last link of its chain.")


def check_tenant(stated, members, tenant):
    if stated is None:
        return "absent"
    if tenant is None or tenant["kid"] not in (None, stated["kid"]):
        return "unchecked"
    info = frame(0x10, b"kolm.rs1.chain.tenant.v1", stated["kid"].encode())
    key = mac(mac(members[0][3], tenant["secret"]), info + b"\1")
    head = bytes(32)
    for index, member in enumerate(members):
        head = link(key, index, member, head)
    if not hmac.compare_digest(head.hex(), stated["head"]):
        raise Refused("E_HEAD", FRONT[2], "The tenant chain was not made with the secret %s." % stated["kid"])
    return "proved"


# ------------------------------------------------------------------------------------------------------- §9 Ed25519

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
EIGHTH = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER_Y = (0, 1, P - 1, EIGHTH, P - EIGHTH)
SPKI = bytes.fromhex("302a300506032b6570032100")


def decompress(encoded):
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (v * x * x - u) % P:
        return None
    return (P - x if x % 2 != sign else x), y


def add(a, b):
    """Points in extended coordinates (X, Y, Z, T); complete, so doubling is the same."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    g, h, i, j = f - e, d - c, d + c, f + e
    return g * h % P, i * j % P, h * i % P, g * j % P


def double(a):
    x, y, z, _ = a
    xx, yy, zz = x * x % P, y * y % P, 2 * z * z % P
    h, e = xx + yy, (x + y) * (x + y)
    e, g = h - e, xx - yy
    f = zz + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def extended(point):
    return point[0], point[1], 1, point[0] * point[1] % P


BASE = extended(decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")))


def is_strict_point(encoded):
    y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    return y < P and y not in SMALL_ORDER_Y


def verify_ed25519(spki, message, signature):
    """§9.3: one encoding only, no point of small order, the equation without the cofactor."""
    if len(spki) != 44 or spki[:12] != SPKI or len(signature) != 64:
        return False
    public, r, s = spki[12:], signature[:32], int.from_bytes(signature[32:], "little")
    if s >= ORDER or not is_strict_point(public) or not is_strict_point(r):
        return False
    point = decompress(public)
    if point is None:
        return False
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % ORDER
    minus = extended((-point[0] % P, point[1]))
    both = {(1, 0): BASE, (0, 1): minus, (1, 1): add(BASE, minus)}
    total = (0, 1, 1, 0)
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        total = double(total)
        pair = s >> bit & 1, k >> bit & 1
        if pair != (0, 0):
            total = add(total, both[pair])
    inverse = pow(total[2], P - 2, P)
    x, y = total[0] * inverse % P, total[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == r


SIGNATURES = {}


def verify_once(spki, message, signature):
    key = sha(spki, sha(message), signature)
    if key not in SIGNATURES:
        SIGNATURES[key] = verify_ed25519(spki, message, signature)
    return SIGNATURES[key]


# ------------------------------------------------------------------------------------------------------- §9 receipt


def parse_bundle(data, path):
    try:
        bundle = parse_canonical(data)
    except NotCanonical as why:
        raise Refused("E_JSON", path, "%s %s." % (path, why))
    if not BUNDLE_KEYS(bundle):
        raise Refused("E_DSSE", path, "%s is not a bundle of one signature." % path)
    envelope, kid = bundle["dsseEnvelope"], bundle["verificationMaterial"]["publicKey"]["hint"]
    if envelope["signatures"][0]["keyid"] != kid:
        raise Refused("E_DSSE", path, "%s names two keys." % path)
    return kid, from_base64(envelope["payload"]), from_base64(envelope["signatures"][0]["sig"])


def declared_key(payload):
    """The key a payload names for itself: predicate.signer.spki of a canonical statement, in base64."""
    try:
        value = parse_canonical(payload)
    except NotCanonical:
        return None
    for key in ("predicate", "signer", "spki"):
        value = value.get(key) if isinstance(value, dict) else None
    return from_base64(value) if isinstance(value, str) else None


def check_signature(envelope, path, trusted):
    kid, payload, signature = envelope
    declared = declared_key(payload)
    if declared is not None and sha(declared).hex() != kid:
        raise Refused("E_DSSE", path, "%s names one key and declares another." % path)
    candidates = [declared] if trusted is None else [key for key in trusted if sha(key).hex() == kid]
    known = candidates[0] if candidates else None
    if known is None:
        raise Refused("E_KEY_UNKNOWN", path, "%s is signed by a key that is not known here." % path)
    kind = b"application/vnd.in-toto+json"
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    if not verify_once(known, message, signature):
        raise Refused("E_SIG", path, "The signature in %s does not hold." % path)
    return {"kid": kid, "standing": "self-declared" if trusted is None else "trusted"}


def parse_statement(payload):
    try:
        statement = parse_canonical(payload)
    except NotCanonical as why:
        raise Refused("E_JSON", FRONT[2], "The statement signed in %s %s." % (FRONT[2], why))
    if not STATEMENT_KEYS(statement):
        raise Refused("E_DSSE", FRONT[2], "The statement signed in %s breaks its schema." % FRONT[2])
    return statement


def check_subjects(statement, members, manifest):
    subjects, predicate = statement["subject"], statement["predicate"]
    if len(subjects) != len(members):
        raise Refused("E_SUBJECT", FRONT[2], "The receipt has %d subjects for %d members." % (len(subjects), len(members)))
    for stated, (_, path, _, digest, _) in zip(subjects, members):
        if stated["name"] != path or stated["digest"]["sha256"] != digest.hex():
            raise Refused("E_SUBJECT", path, "The receipt's subject is not %s as it is here." % path)
    facts = {"artifact": {"name": manifest["name"], "version": manifest["version"]}}
    facts.update({name: manifest.get(name) for name in ("kscore", "gate")})
    for name in ("artifact", "kscore", "gate"):
        if name in predicate and predicate[name] != facts[name]:
            raise Refused("E_SUBJECT", FRONT[2], "The receipt states another %s than manifest.json." % name)


# ------------------------------------------------------------------------------------------------- §10 verification


def match_layers(members, manifest):
    """§10 step 3: pairs of layer and member, None for a referenced layer."""
    present, placed = [member for member in members if member.path.startswith("layers/")], []
    for layer in manifest["layers"]:
        if "referenced" in layer:
            placed.append((layer, None))
            continue
        if not present or present[0].path != layer["path"]:
            subject = present[0].path if present else layer["path"]
            raise Refused("E_ORDER", subject, "manifest.json names %s where the file has another layer." % layer["path"])
        if present[0].size != layer["size"]:
            raise Refused("E_SIZE", layer["path"], "%s has another size than manifest.json says." % layer["path"])
        placed.append((layer, present.pop(0)))
    if present:
        raise Refused("E_ORDER", present[0].path, "manifest.json does not name %s." % present[0].path)
    return placed


def read_index(data, placed):
    """§10 step 7: the leaves of each layer."""
    counts = [-(-layer["size"] // MIB) for layer, _ in placed]
    if 32 * sum(counts) != len(data):
        raise Refused("E_SIZE", FRONT[3], "%s has not 32 bytes a chunk." % FRONT[3])
    leaves, at = [], 0
    for count in counts:
        leaves.append([data[at + 32 * i : at + 32 * i + 32] for i in range(count)])
        at += 32 * count
    for (layer, _), own in zip(placed, leaves):
        if tree(own).hex() != layer["root"]:
            raise Refused("E_ROOT", layer["path"], "The chunk digests of %s do not give its root." % layer["path"])
    return leaves


def check_layer(source, layer, member, leaves):
    whole, crc = hashlib.sha256(), 0
    for index, known in enumerate(leaves):
        chunk = source.read(member.data + index * MIB, min(MIB, member.size - index * MIB))
        if leaf(chunk) != known:
            raise Refused("E_CHUNK", layer["path"], "%s differs in chunk %d." % (layer["path"], index), index)
        whole.update(chunk)
        crc = zlib.crc32(chunk, crc)
    if whole.hexdigest() != layer["sha256"]:
        raise Refused("E_DIGEST", layer["path"], "%s has another SHA-256 than manifest.json says." % layer["path"])
    is_json = layer["path"].endswith(".json") or re.search(r"[/+]json\Z", layer["mediaType"])
    if layer["kind"] in ("recipes", "verifier") and is_json:
        if member.size > 64 * MIB:
            raise Refused("E_LIMIT", layer["path"], "%s is too large for a JSON layer." % layer["path"])
        try:
            parse_canonical(source.read(member.data, member.size))
        except NotCanonical as why:
            raise Refused("E_JSON", layer["path"], "%s %s." % (layer["path"], why))
    return crc


def seal_subjects(payload):
    try:
        value = parse_canonical(payload)
        return [one["digest"]["sha256"] + "" for one in value["subject"]] if isinstance(value["subject"], list) else []
    except (NotCanonical, KeyError, TypeError):
        return []


def check_seal(source, member, artifact):
    if not member.path.endswith(".json"):
        return "unjudged"
    envelope = parse_bundle(source.read(member.data, member.size), member.path)
    if artifact not in seal_subjects(envelope[1]):
        raise Refused("E_SEAL_SUBJECT", member.path, "%s is not about this artifact." % member.path)
    try:
        check_signature(envelope, member.path, None)
    except Refused as refused:
        if refused.finding["code"] != "E_KEY_UNKNOWN":
            raise
        return "unjudged"
    return "signed"


def verify_front(source, verdict, trusted, tenant):
    """§10 steps 1 to 7."""
    members = read_container(source)
    if source.read(members[0].data, members[0].size) != b"application/vnd.kolm.artifact":
        raise Refused("E_HEADER", FRONT[0], "mimetype does not say that this is a kolm artifact.")
    data = source.read(members[1].data, members[1].size)
    manifest = parse_manifest(data)
    linked = chain_members(data, manifest)
    verdict["id"] = sha(data).hex()
    placed = match_layers(members, manifest)
    envelope = parse_bundle(source.read(members[2].data, members[2].size), FRONT[2])
    verdict["signer"] = check_signature(envelope, FRONT[2], trusted)
    statement = parse_statement(envelope[1])
    check_chain(statement["predicate"]["chain"], linked)
    check_subjects(statement, linked, manifest)
    verdict["tenantChain"] = check_tenant(statement["predicate"].get("tenantChain"), linked, tenant)
    leaves = read_index(source.read(members[3].data, members[3].size), placed)
    return members, placed, leaves


def verify(source, trusted=None, tenant=None):
    """The verdict on a file: what it proves, or the first thing wrong with it."""
    verdict = {"passed": True, "covers": "all"}
    try:
        members, placed, leaves = verify_front(source, verdict, trusted, tenant)
        checksums = {}
        for (layer, member), own in zip(placed, leaves):
            if member is not None:
                checksums[member.path] = check_layer(source, layer, member, own)
        for member in members:
            crc = checksums.get(member.path)
            if (zlib.crc32(source.read(member.data, member.size)) if crc is None else crc) != member.crc:
                raise Refused("E_HEADER", member.path, "The CRC-32 of %s is not that of its bytes." % member.path)
        seals = [member for member in members if member.path.startswith("seal/")]
        verdict["seals"] = [{"path": one.path, "standing": check_seal(source, one, verdict["id"])} for one in seals]
    except Refused as refused:
        known = {"id": verdict["id"]} if "id" in verdict else {}
        return {"passed": False, **known, "finding": refused.finding}
    absent = [layer for layer, member in placed if member is None]
    verdict["referenced"] = [{key: layer[key] for key in ("path", "size", "sha256")} for layer in absent]
    return verdict


# ------------------------------------------------------------------------------------------------------ command line


class FileSource:
    def __init__(self, file):
        self.file, self.size = file, os.fstat(file.fileno()).st_size

    def read(self, offset, length):
        self.file.seek(offset)
        data = self.file.read(length)
        if len(data) != length:
            raise OSError("the file became shorter while it was read")
        return data


class BytesSource:
    def __init__(self, data):
        self.data, self.size = data, len(data)

    def read(self, offset, length):
        return self.data[offset : offset + length]


def batch():
    for line in sys.stdin.buffer:
        request = json.loads(line)
        keys_given, tenant = request.get("trustedKeys"), request.get("tenant")
        trusted = None if keys_given is None else [bytes.fromhex(key) for key in keys_given]
        if tenant is not None:
            tenant = {"kid": tenant["kid"], "secret": bytes.fromhex(tenant["secret"])}
        if "base64" in request:
            verdict = verify(BytesSource(base64.b64decode(request["base64"])), trusted, tenant)
        else:
            with open(request["file"], "rb") as file:
                verdict = verify(FileSource(file), trusted, tenant)
        sys.stdout.write(json.dumps(verdict) + "\n")
        sys.stdout.flush()


def read_key(path):
    with open(path, "rb") as file:
        data = file.read()
    pem = re.search(rb"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", data, re.S)
    key = base64.b64decode(b"".join(pem[1].split())) if pem else data
    if len(key) != 44 or key[:12] != SPKI:
        raise ValueError("%s holds no Ed25519 public key in PEM or DER" % path)
    return key


def read_tenant(path, kid):
    with open(path, "rb") as file:
        secret = file.read()
    if len(secret) < 32:
        raise ValueError("the tenant secret has %d bytes, at least 32 are needed" % len(secret))
    return {"kid": kid, "secret": secret}


def describe(verdict):
    if not verdict["passed"]:
        return "refused: %(code)s %(subject)s: %(detail)s" % verdict["finding"]
    signer = verdict["signer"]
    lines = ["verifies: artifact %s, signed by %s (%s)" % (verdict["id"], signer["kid"], signer["standing"])]
    lines.append("tenant chain: %s" % verdict["tenantChain"])
    lines += ["seal %(path)s: %(standing)s" % seal for seal in verdict["seals"]]
    lines += ["not in the file: %(path)s, %(size)d bytes, SHA-256 %(sha256)s" % one for one in verdict["referenced"]]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Verifies an RS-1 artifact: 0 it verifies, 1 it does not, 2 not judged.")
    parser.add_argument("file", nargs="?", help="a .kolm file")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    parser.add_argument("--trust-key", action="append", metavar="KEY", help="an Ed25519 public key (PEM or DER) that may sign")
    parser.add_argument("--tenant-secret-file", metavar="FILE", help="the tenant's secret, at least 32 raw bytes")
    parser.add_argument("--tenant-kid", metavar="KID", help="the secret's id; without it, the one the receipt names")
    parser.add_argument("--batch", action="store_true", help="read requests from standard input")
    options = parser.parse_args()
    if options.batch:
        return batch()
    if options.file is None:
        parser.error("which file?")
    try:
        trusted = None if options.trust_key is None else [read_key(path) for path in options.trust_key]
        secret = options.tenant_secret_file
        tenant = None if secret is None else read_tenant(secret, options.tenant_kid)
        with open(options.file, "rb") as file:
            verdict = verify(FileSource(file), trusted, tenant)
    except (OSError, ValueError) as error:
        print("verify.py: %s" % error, file=sys.stderr)
        return 2
    print(json.dumps({"file": options.file, **verdict}) if options.json else describe(verdict))
    return 0 if verdict["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
